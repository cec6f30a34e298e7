"""mock_zuora: a local server that emulates Zuora's Custom Object Jobs API.

The map:

- ``core``: the emulated service without HTTP, pure and synchronous. Begin with ``domain/jobs/job.py``.
- ``stores``: where state is kept, behind the ports of ``domain/ports.py``.
- ``api``: what Zuora has, over HTTP. ``admin``: what only the mock has, under ``/__mock``.
- ``control``: what a test may do to the mock, without HTTP. ``handle`` is ``MockZuora``, the test's hand on it.
- ``pytest_plugin`` gives each test a tenant of its own; ``evidence`` is what the report of a failing one says of it.
- ``settings``, ``seeds``: what a user can say. ``runner``: the one background task.
- ``app`` joins them, ``server`` runs the app, ``cli`` is the command: ``serve`` and ``ready``.
- ``testcontainers``: the image, for tests that start containers.

Importing this package imports nothing else; ``MockZuora`` is looked up when it is asked for.
"""

# Not from typing: importing that takes ten times as long as all the rest, and this is imported in every pytest run.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from mock_zuora.client.handle import MockZuora

__version__ = "0.1.0"
__all__ = ["MockZuora", "__version__"]


def __getattr__(name: str) -> object:
    if name == "MockZuora":
        from mock_zuora.client.handle import MockZuora

        return MockZuora
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
