"""The query language of the records list, ``q``: ``tokens`` → ``parser`` → ``tree`` → ``compiler`` → which records.

    query   = all { ("OR" | "||") all }
    all     = negated { ("AND" | "&&") negated }
    negated = ("NOT" | "!") negated | "(" query ")" | term
    term    = "_exists_:" field | field ":" [ "<" | "<=" | ">" | ">=" ] value

Operators are in upper case (D). A value is a word, in which a colon is written as ``\\:`` (D), or a phrase in quotes
(D), which needs no escapes but for a quote and a backslash (A). NOT binds before AND, and AND before OR (A); two terms
with no operator between them are refused, as the guide has none such (A).
"""
