"""Filling in whatever form a task has, by mouse and typing: answer what is wanted, then whatever else is asked for."""

import re
from collections.abc import Mapping

from playwright.sync_api import Locator, Page

MOST_ROUNDS = 6


def complete(page: Page, wanted: Mapping[str, str] | None = None) -> None:
    """Complete the task; `wanted` names an option by the key of its field, the others get a plain answer."""
    page.wait_for_selector("form.form .form-foot, .ownership button")
    claim = page.get_by_role("button", name="Claim", exact=True)
    if claim.count():
        claim.click()
    button = page.locator("form.form button[type=submit]")
    for _round in range(MOST_ROUNDS):
        button.click()
        page.wait_for_selector("section.done, .summary, form.form .failure")
        if page.locator("section.done").count():
            return
        assert not page.locator("form.form .failure").count(), page.locator("form.form .failure").inner_text()
        asked = page.locator(".summary a").evaluate_all(
            "all => all.map(({hash, innerText}) => [hash.slice(1), innerText])"
        )
        for field, complaint in asked:
            _answer(page.locator(f"[id='{field}']"), complaint, (wanted or {}).get(field.split("-", 1)[1]))
    raise AssertionError(f"Expected a completed task: {page.locator('.summary').inner_text()}")


def _answer(field: Locator, complaint: str, wanted: str | None) -> None:
    """Answer one field so that its complaint goes."""
    tag, kind, classes = field.evaluate("({tagName, type, className}) => [tagName, type ?? '', className]")
    options = field.locator(".option")
    if options.count():
        (options.filter(has_text=re.compile(f"^{wanted}$")) if wanted else options).first.click()
    elif tag == "SELECT":
        field.select_option(label=wanted) if wanted else field.select_option(index=1)
    elif tag == "FIELDSET":  # a list that needs a row
        field.get_by_role("button", name="Add").last.click()
    elif kind == "date":
        field.fill("2026-11-20")
    elif kind == "datetime-local":
        field.fill("2026-11-20T09:30")
    elif kind == "checkbox":
        field.check()
    else:
        limit = re.search(r"At (?:least|most) (-?[0-9.]+)", complaint)
        field.fill(limit.group(1).rstrip(".") if limit else "1" if "number" in classes.split() else "As discussed.")
