"""The site of papers and homeworks is built without a warning, holds together, shows no solution, and can be read."""

import re
import subprocess
import sys
from html.parser import HTMLParser
from urllib.parse import unquote, urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from autograder import suite

pytestmark = pytest.mark.proof

HOMEWORK = "assignments/hw1_diffusion/hw1_diffusion.html"
IDIOM = 40  # characters: the given library and the released cells share shorter lines with any solution


class Page(HTMLParser):
    """A page's addresses, the places that can be linked to, and its formulas' and its visible text."""

    def __init__(self, html):
        super().__init__()
        self.targets, self.places, self.formulas, self.text, self._inside = [], set(), "", "", []
        self.feed(html)

    def handle_starttag(self, tag, attributes):
        found = dict(attributes)
        self.places |= {found[name] for name in ("id", "name") if found.get(name)}
        self.targets += [found[name] for name in ("href", "src") if found.get(name)]
        self._inside += [tag] if tag in ("math", "script", "style") else []

    def handle_endtag(self, tag):
        if tag in self._inside:
            self._inside.remove(tag)

    def handle_data(self, data):
        self.formulas += data if "math" in self._inside else ""
        self.text += data if not self._inside else ""


@pytest.fixture(scope="module")
def site(root, tmp_path_factory):
    """The built site. --fail-on-warning: what Sphinx cannot resolve ends the build."""
    folder = tmp_path_factory.mktemp("site")
    command = [sys.executable, "-m", "sphinx", "--quiet", "--fail-on-warning", "--keep-going", "--conf-dir", "docs"]
    built = subprocess.run(
        [*command, "--doctree-dir", str(folder / "doctrees"), ".", str(folder / "html")],
        cwd=root, capture_output=True, text=True,
    )  # fmt: skip
    assert built.returncode == 0, built.stderr
    return folder / "html"


@pytest.fixture(scope="module")
def pages(site):
    """path -> page"""
    return {path: Page(path.read_text()) for path in sorted(site.rglob("*.html"))}


def test_every_link_within_the_site_leads_somewhere(site, pages):
    dead = []
    for path, page in pages.items():
        for target in page.targets:
            address = urlsplit(target)
            if address.scheme or address.netloc:
                continue
            there = (path.parent / unquote(address.path)).resolve() if address.path else path
            fragment = unquote(address.fragment)
            if not there.exists() or (fragment and there in pages and fragment not in pages[there].places):
                dead.append(f"{path.relative_to(site)}: {target}")
    assert dead == []


def test_it_has_every_paper_and_every_homework(root, site):
    names = [path.stem for path in (root / "docs").glob("*.md")]
    assert len(names) >= 8
    assert all((site / "docs" / f"{name}.html").exists() for name in names)
    assert all((site / "assignments" / name / f"{name}.html").exists() for name in suite.homeworks())
    assert (site / "index.html").read_text() == (site / "README.html").read_text()


@pytest.mark.parametrize("homework", suite.homeworks())
def test_a_homework_is_whole_and_without_its_solution(root, pages, homework):
    page = next(page for path, page in pages.items() if path.stem == homework)
    assert page.text.count("raise NotImplementedError") >= len(suite.load(homework).written)
    source = (root / "solutions" / homework / f"{homework}.py").read_text()
    regions = "".join(re.findall(r"### BEGIN SOLUTION(.*?)### END SOLUTION", source, re.DOTALL))
    public = re.sub(r"### BEGIN SOLUTION.*?### END SOLUTION", "", source, flags=re.DOTALL)
    secret = [line.strip().removeprefix("# ") for line in regions.splitlines()]
    secret = [line for line in secret if len(line) >= IDIOM and line not in public]
    assert len(secret) >= 20
    assert [line for line in secret if line in page.text] == []


def test_nothing_of_the_sources_is_offered_for_download(site):
    files = {path.suffix for path in site.rglob("*") if path.is_file()}
    assert files & {".py", ".ipynb", ".safetensors", ".md"} == set()


def test_formulas_are_drawn_without_a_script(pages):
    """A backslash is a command that the converter did not know, and words in italics are one; letters of a style are
    characters of their own.
    """
    for path, page in pages.items():
        assert "\\" not in page.formulas, path
        assert not re.search(r'mathvariant="(script|double-struck|fraktur)"', path.read_text()), path
        assert not re.search(r"(<mi>[a-z]</mi>){5,}", path.read_text()), path
    assert sum(bool(page.formulas) for page in pages.values()) >= 5


def test_no_page_needs_the_network(pages):
    """Scripts and styles; the badge of Colab is a picture, and has its words beside it."""
    for path in pages:
        text = path.read_text()
        assert not re.search(r'<script[^>]+src="(https?:)?//', text), path
        assert not re.search(r'<link[^>]+rel="stylesheet"[^>]+href="(https?:)?//', text), path


@pytest.mark.parametrize("name", ["index.html", "docs/ARCHITECTURE.html", HOMEWORK])
def test_a_page_opens_fits_a_phone_and_leads_to_the_homework(browser, site, name):
    page = browser.new_page(viewport={"width": 375, "height": 700})
    page.route(lambda address: address.startswith("http"), lambda route: route.abort())
    failures = []
    page.on("pageerror", lambda error: failures.append(str(error)))
    page.goto((site / name).as_uri())
    assert page.evaluate("document.documentElement.scrollWidth") <= 375
    page.set_viewport_size({"width": 1400, "height": 900})
    link = page.get_by_role("link", name="Homework 1: Denoising diffusion").first
    link.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Homework 1")
    assert page.evaluate("document.querySelector('math').getBoundingClientRect().width") > 0
    assert failures == []
    page.close()


def test_a_word_of_a_homework_is_found(browser, site):
    page = browser.new_page()
    page.goto(f"{(site / 'search.html').as_uri()}?q=reparameterize")
    expect(page.locator("#search-results").get_by_text("Homework 1: Denoising diffusion").first).to_be_visible()
    page.close()


def test_axe_finds_no_serious_fault_in_the_papers(browser, site):
    page = browser.new_page()
    page.goto((site / "docs/ARCHITECTURE.html").as_uri())
    faults = [fault for fault in Axe().run(page).response["violations"] if fault["impact"] in ("serious", "critical")]
    assert [(fault["id"], fault["nodes"][0]["html"][:120]) for fault in faults] == []
    page.close()
