"""The query language of the records list, ``q``: ``tokens`` → ``parser`` → ``tree`` → ``compiler`` → a predicate.

    query   = all { ("OR" | "||") all }
    all     = negated { ("AND" | "&&") negated }
    negated = ("NOT" | "!") negated | "(" query ")" | term
    term    = "_exists_:" field | field ":" [ "<" | "<=" | ">" | ">=" ] value

Operators are in upper case (D). A value is a word, in which a colon is written as ``\\:`` (D), or a phrase in quotes
(D), in which only quotes and backslashes are escaped (A). NOT binds tighter than AND, and AND tighter than OR (A). Two
terms without an operator between them are refused, because the guide shows none (A).
"""
