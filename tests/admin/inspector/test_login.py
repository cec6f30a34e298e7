"""The login of a browser with the control token."""

import ssl

import httpx2
import pytest

from mock_zuora import MockZuora

from .conftest import Html

TOKEN = "open-sesame"


@pytest.fixture(scope="module")
def server():
    with MockZuora(control="token", control_token=TOKEN) as zuora:
        yield zuora


@pytest.fixture
def visitor(server):
    with httpx2.Client(base_url=server.url, headers={"Accept": "text/html"}) as client:
        yield client


@pytest.fixture
def member(server, visitor):
    """A browser that has logged in."""
    response = visitor.post("/__mock/login", data={"token": TOKEN, "back": "/__mock/?x=1"})
    assert (response.status_code, response.headers["location"]) == (303, "/__mock/?x=1")
    return visitor


def test_page_leads_to_the_login_and_back(visitor):
    response = visitor.get("/__mock/?x=1")
    assert response.status_code == 303
    login = Html(visitor.get(response.headers["location"]))
    assert login.status == 200 and login.soup.select_one("input[name=back]")["value"] == "/__mock/?x=1"


def test_login_page_looks_as_it_should_without_the_token(visitor):
    assert visitor.get("/__mock/inspector/assets/inspector.css").status_code == 200


@pytest.mark.parametrize("path", ["/__mock/v1/jobs", "/__mock/v1/changes"])
def test_control_api_refuses_clients_without_token_or_session(visitor, path):
    assert visitor.get(path, headers={"Accept": "*/*"}).status_code == 401


@pytest.mark.parametrize("token", ["wrong", "", "ö"])
def test_wrong_token_is_refused(visitor, token):
    page = Html(visitor.post("/__mock/login", data={"token": token}))
    assert page.status == 401 and "token: this is not the control token" in page.one(".alert")
    assert token == "" or token not in page.response.text
    assert visitor.get("/__mock/").status_code == 303


def test_session_shows_pages_and_its_cookie_is_not_readable_for_scripts(server, member):
    assert Html(member.get("/__mock/")).one("h1") == "Jobs"
    [cookie] = member.post("/__mock/login", data={"token": TOKEN}).headers.get_list("set-cookie")
    assert cookie.endswith("; Path=/__mock; HttpOnly; SameSite=Strict") and TOKEN not in cookie


def test_session_over_https_is_sent_over_https_only():
    with MockZuora(control="token", control_token=TOKEN, tls=True) as server:
        context = ssl.create_default_context(cafile=server.ca_file)
        with httpx2.Client(base_url=server.url, verify=context) as member:
            [cookie] = member.post("/__mock/login", data={"token": TOKEN}).headers.get_list("set-cookie")
            assert cookie.endswith("; Path=/__mock; HttpOnly; SameSite=Strict; Secure")
            page = Html(member.get("/__mock/"))
            assert page.status == 200 and server.url in page.response.text
            form, headers = {"frozen": "true"}, {"Origin": server.url}
            changed = member.post("/__mock/inspector/actions/clock.change", data=form, headers=headers)
            assert changed.status_code == 303
            [cookie] = member.post("/__mock/inspector/logout", headers=headers).headers.get_list("set-cookie")
            assert cookie.endswith("; Secure; Max-Age=0")


@pytest.mark.parametrize(
    ("origin", "status"),
    [("own", 303), (None, 403), ("http://localhost:1", 403), ("http://evil.example", 403), ("null", 403)],
)
def test_session_changes_something_from_its_own_origin_only(server, member, origin, status):
    headers = {} if origin is None else {"Origin": server.url if origin == "own" else origin}
    form = {"frozen": "true"}
    assert member.post("/__mock/inspector/actions/clock.change", data=form, headers=headers).status_code == status
    assert (server.clock.speed == 0) is (status == 303)
    server.clock.resume()


def test_session_of_another_server_is_not_accepted(member):
    with MockZuora(control="token", control_token=TOKEN) as other:
        assert httpx2.get(other.url + "/__mock/", cookies=dict(member.cookies)).status_code == 401


def test_logout_ends_the_session(server, member):
    cookies = dict(member.cookies)
    member.post("/__mock/inspector/logout", headers={"Origin": server.url})
    assert member.get("/__mock/").status_code == 303
    response = httpx2.get(server.url + "/__mock/", cookies=cookies, headers={"Accept": "text/html"})
    assert response.status_code == 303


def test_server_without_token_has_no_login(running):
    response = httpx2.get(running.url + "/__mock/login")
    assert (response.status_code, response.headers["location"]) == (303, "/__mock/")


def test_form_of_a_browser_without_a_session_leads_to_the_login(server, visitor):
    response = visitor.post("/__mock/inspector/actions/reset", headers={"Origin": server.url})
    assert (response.status_code, response.headers["location"]) == (303, "/__mock/login?back=%2F__mock%2F")


def test_session_of_a_read_only_inspector_changes_nothing():
    with MockZuora(control="token", control_token=TOKEN, inspector="read-only") as zuora:
        with httpx2.Client(base_url=zuora.url, headers={"Origin": zuora.url}) as browser:
            browser.post("/__mock/login", data={"token": TOKEN})
            response = browser.patch("/__mock/v1/clock", json={"frozen": True})
            assert response.status_code == 403 and "--inspector read-only" in response.json()["error"]
            assert browser.get("/__mock/v1/clock").json()["speed"] == 1
            assert browser.post("/__mock/inspector/logout").status_code == 303
        zuora.clock.freeze()
