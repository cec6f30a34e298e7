"""The query language of the records list, ``q``: ``tokens`` → ``parser`` → ``tree`` → ``compiler`` → a search.

    query   = all { ("OR" | "||") all }
    all     = negated { ("AND" | "&&") negated }
    negated = ("NOT" | "!") negated | "(" query ")" | term
    term    = "_exists_:" field | field ":" [ "<" | "<=" | ">" | ">=" ] value

Operators are in upper case (D). A value is a word, in which a colon is written as ``\\:`` (D), or a phrase in quotes
(D), in which only quotes and backslashes are escaped (A). NOT binds tighter than AND, and AND tighter than OR (A).
Whether two terms need an operator between them, and whether text is compared with regard to case, are assumptions.
"""
