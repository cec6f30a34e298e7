"""Zuora's custom objects and bulk jobs without HTTP: pure, synchronous Python that needs the standard library only.

A letter in a comment names the source of the rule beside it: (D) documented, (S) the official SDK, (O) observed in an
official sample, (A) assumed, (M) mock only.
"""
