"""mock_zuora: a local server that emulates Zuora's Custom Object Jobs API.

The map:

- ``core``: the emulated service without HTTP, pure and synchronous. Begin with ``core/jobs.py``.
- ``stores``: where state is kept, behind the ports of ``core/store.py``.
- ``api``: what Zuora has, over HTTP. ``admin``: what only the mock has, under ``/__mock``.
- ``settings``, ``seeds``: what a user can say. ``runner``: the one background task.
- ``app`` joins them, ``server`` runs the app, ``cli`` is the command.

Importing this package imports nothing else.
"""

__version__ = "0.1.0"
__all__ = ["__version__"]
