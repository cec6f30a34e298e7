"""Zuora's custom objects and bulk jobs without HTTP: pure, synchronous Python on top of the standard library.

A letter in a comment or docstring gives the source of a rule: (D) documented by Zuora, (S) seen in the official SDK,
(O) observed in an official sample, (A) assumed, (M) mock only.
"""
