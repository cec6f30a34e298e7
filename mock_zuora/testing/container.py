"""mock_zuora in a container, for tests that use Testcontainers. Needs the extra ``mock-zuora[testcontainers]``."""

import json
from collections.abc import Callable, Mapping
from os import PathLike, fspath
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final, Self
from urllib.request import urlopen

from testcontainers.core.container import DockerContainer
from testcontainers.core.exceptions import ContainerStartException
from testcontainers.core.waiting_utils import WaitStrategy, WaitStrategyTarget

from mock_zuora import __version__
from mock_zuora.client.assumptions import settings_document
from mock_zuora.client.handle import MockZuora
from mock_zuora.client.readiness import NotReady, unverified, wait_until_ready
from mock_zuora.client.rows import seed_document
from mock_zuora.config.address import CA_PATH, DEFAULT_PORT, makes_certificate, uses_tls, variable_of
from mock_zuora.config.hosts import TrustedHosts, is_ip_literal
from mock_zuora.config.seed_file import read_seed
from mock_zuora.config.seed_folder import seed_files
from mock_zuora.config.settings import Settings, SettingsError, unknown_setting

IMAGE: Final = f"mock-zuora:{__version__}"
"""The image of this version of the package, as ``docker build`` tags it."""
STARTUP_SECONDS: Final = 30
"""Seconds that a container may take to become ready, unless the caller sets another wait strategy."""

_CA_NAME: Final = "ca.pem"

Seed = str | PathLike[str] | Mapping[str, Any]


class MockZuoraContainer(DockerContainer):
    """A container of mock_zuora, ready when ``start`` returns.

    >>> with MockZuoraContainer().with_seed("seed.toml").with_transitions("immediate") as zuora:  # doctest: +SKIP
    ...     client = Client(zuora.get_base_url())

    ``image`` is by default the image of this package's version, and ``port`` is where the server listens inside the
    container. Other arguments are passed to DockerContainer. ``start`` raises ContainerStartException, with the last
    line of the server's log, when the container exits, or when it is not ready within STARTUP_SECONDS.
    """

    def __init__(self, image: str = IMAGE, *, port: int = DEFAULT_PORT, **kwargs: Any) -> None:
        super().__init__(image, **kwargs)
        self.port = port
        self._seeds = 0
        self._ca_folder: TemporaryDirectory[str] | None = None
        self.with_exposed_ports(port)
        self.with_env(variable_of("port"), str(port))
        self.waiting_for(_Seeded(port, lambda: self.is_tls))

    def with_seed(self, seed: Seed) -> Self:
        """Adds a seed: the path of a TOML or JSON file or of a folder of them, or a document as a mapping.

        It is copied into the container, which works with a remote Docker engine, too. Several seeds are merged. Raises
        SettingsError for a folder without a seed file.
        """
        if isinstance(seed, Mapping):
            self._add_seed(json.dumps(seed_document(seed)).encode(), "seed.json")
        else:
            for file in seed_files(fspath(seed)):
                self._add_seed(*_copy_of(Path(file)))
        return self

    def _add_seed(self, content: bytes, name: str) -> None:
        self._seeds += 1
        self.with_copy_into_container(content, f"/seed/{self._seeds:03d}-{name}")

    def with_transitions(self, transitions: str, **settings: float) -> Self:
        """Sets how jobs move: ``immediate``, ``time``, ``polls`` or ``manual``, with related settings.

        >>> MockZuoraContainer().with_transitions("time", processing_time=2)  # doctest: +SKIP
        """
        return self.with_settings(transitions=transitions, **settings)

    def with_settings(self, **settings: object) -> Self:
        """Sets any setting of ``mock-zuora serve`` by name, e.g. ``auth="strict"``.

        Raises ValueError for an unknown name, and for a file in ``assume`` that is not valid. The server checks the
        other values at ``start``.
        """
        for name, value in settings.items():
            if name not in Settings.model_fields:
                raise ValueError(unknown_setting(name))
            if name == "assume":
                # The container does not have the files.
                value = settings_document({name: value})[name]
            self.with_env(variable_of(name), _text(value))
        return self

    def start(self) -> Self:
        """Starts the container and waits until the server is ready.

        The host of a remote engine, the container's name and its network aliases are accepted as names of the server.
        With ``tls``, its certificate is valid for them.
        """
        variable = variable_of("allowed_host")
        hosts = [self.get_docker_client().host(), self._name, *(self._network_aliases or ())]
        others = [
            each for each in hosts if each and (not TrustedHosts().accept(each) or (self.is_tls and _is_ipv4(each)))
        ]
        if others:
            self.with_env(variable, ",".join(filter(None, [self.env.get(variable), *others])))
        return super().start()

    def stop(self, *arguments: Any, **options: Any) -> None:
        """Stops and removes the container, and removes ``ca_file``."""
        if self._ca_folder is not None:
            self._ca_folder.cleanup()
            self._ca_folder = None
        super().stop(*arguments, **options)

    @property
    def is_tls(self) -> bool:
        """Whether the server uses HTTPS, because of ``with_settings(tls=True)`` or of ``tls_cert``."""
        return uses_tls(self.env)

    @property
    def ca_file(self) -> str | None:
        """Path of the server's CA certificate, a copy on this machine until ``stop``; None without ``tls``."""
        if not makes_certificate(self.env):
            return None
        if self._ca_folder is None:
            with urlopen(self.get_base_url() + CA_PATH, timeout=STARTUP_SECONDS, context=unverified()) as response:
                certificate = response.read()
            self._ca_folder = TemporaryDirectory(prefix="mock-zuora-")
            Path(self._ca_folder.name, _CA_NAME).write_bytes(certificate)
        return str(Path(self._ca_folder.name, _CA_NAME))

    def get_base_url(self) -> str:
        """Returns the URL of the server for the tests, e.g. ``http://localhost:32768``, or ``https://…`` with TLS."""
        return f"{self._scheme}://{self.get_container_host_ip()}:{self.get_exposed_port(self.port)}"

    @property
    def _scheme(self) -> str:
        return "https" if self.is_tls else "http"

    def get_control(
        self, tenant: str | None = None, control_token: str | None = None, ca_file: str | PathLike[str] | None = None
    ) -> MockZuora:
        """Returns a handle of the server, like that of the pytest fixture: clock, faults, jobs, requests, snapshots.

        ``tenant`` is by default the first one. ``control_token`` is required if the server was started with one, and
        ``ca_file`` if it has a certificate of yours (``tls_cert``). Raises Denied, Unknown, Unreachable.
        """
        return MockZuora.connect(self.get_base_url(), tenant, control_token, ca_file or self.ca_file)

    def get_internal_url(self) -> str:
        """Returns the URL for other containers in its network, with the first alias of ``with_network_aliases``.

        Raises ValueError without an alias.
        """
        if not self._network_aliases:
            raise ValueError("network_aliases: there is none; call with_network and with_network_aliases first")
        return f"{self._scheme}://{self._network_aliases[0]}:{self.port}"


def _copy_of(seed: Path) -> tuple[bytes, str]:
    """The content and name of a copy of a seed file, which contains the files that it names."""
    try:
        document = read_seed(str(seed))
    except SettingsError:
        # The server says what is wrong, as for any other mistake in a seed.
        return seed.read_bytes(), seed.name
    content = seed.read_bytes()
    has_csv = any("csv_files" in each for each in document.get("tenants", ()) if isinstance(each, Mapping))
    # The document says the same as the file, whether the file names others or not.
    may_have_files = has_csv or b".toml" in content
    return (json.dumps(document).encode(), f"{seed.stem}.json") if may_have_files else (content, seed.name)


def _is_ipv4(host: str) -> bool:
    return is_ip_literal(host) and ":" not in host


def _text(value: object) -> str:
    if isinstance(value, Mapping):
        return json.dumps(value)
    if isinstance(value, list | tuple):
        return ",".join(map(str, value))
    return str(value).lower() if isinstance(value, bool) else str(value)


class _Seeded(WaitStrategy):
    """Waits until the server is seeded or the container has exited."""

    def __init__(self, port: int, is_tls: Callable[[], bool]) -> None:
        super().__init__()
        self._port = port
        self._is_tls = is_tls
        self.with_startup_timeout(STARTUP_SECONDS)

    def wait_until_ready(self, container: WaitStrategyTarget) -> None:
        try:
            host, port = container.get_container_host_ip(), int(container.get_exposed_port(self._port))
            wait_until_ready(
                host, port, self._startup_timeout, lambda: _check_running(container), is_tls=self._is_tls()
            )
        except (NotReady, ConnectionError, TimeoutError) as why:
            _, errors = container.get_logs()
            last = errors.decode(errors="replace").strip().rpartition("\n")[2]
            raise ContainerStartException(f"mock_zuora is not ready: {last or why}") from why


def _check_running(container: WaitStrategyTarget) -> None:
    container.reload()
    if container.status not in ("created", "restarting", "running"):
        raise NotReady(f"the container has {container.status}")
