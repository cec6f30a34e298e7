"""Zuora's custom object jobs without HTTP: pure, synchronous Python, driven by a clock that is handed in.

Which file holds which rule:

- ``jobs``: the job, its states, and the one table of what may follow what. Read it first.
- ``operations/``: what each operation of the API does, in the reference's words.
- ``schedule``: what falls due, in which order; ``processing``: what a job does with its rows.
- ``csv_upload``: the rules of an uploaded file; ``filters``: the rules of a delete filter; ``queries/``: the language
  of the records list; ``comparisons``: how values compare, in both.
- ``fields``, ``definitions``: the field types and the objects; ``…_document``: both as JSON schemas; ``migrations``:
  how they change; ``records``: what a row or a JSON document must be; ``recent``: what a read delay hides.
- ``permissions``, ``tokens``, ``quotas``, ``replays``, ``fidelity``: what holds for every call.
- ``tenants``, ``world``: who owns all of it; ``store``: the ports to where it is kept.

A comment's letter is the source of the rule beside it: (D) documented, (O) observed in an official sample,
(I) inferred, (M) of the mock only.
"""
