"""Three people at work: what each is here for, done in a real browser on the real program."""

import pytest

from tests.browser import keyboard

pytestmark = pytest.mark.browser


def test_a_case_manager_claims_and_completes_a_task_by_keyboard(visit):
    visitor = visit("case_manager")
    page = visitor.page
    visitor.open("/inbox?queue=claimable")

    page.wait_for_selector("a.task")
    page.keyboard.press("j")
    name = page.locator("a.task:focus").inner_text()
    path = page.locator("a.task:focus").get_attribute("href")
    page.keyboard.press("c")
    page.wait_for_selector("[role=status] >> text=Claimed")
    visitor.open(path)
    page.wait_for_selector("form.form .form-foot")
    page.locator("form.form button[type=submit]").focus()
    keyboard.complete(page)

    assert page.locator("section.done h2").inner_text() == "Completed"
    task = visitor.get("/tasks/" + path.rsplit("/", 1)[1])
    assert (task["name"], task["status"]) == (name, "completed")
    assert visitor.violations() == []


def test_what_is_typed_is_kept_as_a_draft(visit):
    visitor = visit("case_manager")
    page = visitor.page
    for item in visitor.get("/tasks?queue=claimable&limit=50")["items"]:  # a form with a text to type
        visitor.open(f"/tasks/{item['id']}")
        page.wait_for_selector("form.form")
        if page.locator("form.form textarea, form.form input[type=text]:not(.number)").count():
            break
    else:
        pytest.skip("no claimable task has a text field")
    page.get_by_role("button", name="Claim", exact=True).click()
    text = page.locator("form.form :is(textarea, input[type=text]:not(.number)):not([readonly])").first
    text.fill("Said on the phone")
    page.wait_for_selector(".draft.saved")

    page.reload()
    page.wait_for_selector("form.form .form-foot")

    assert text.input_value() == "Said on the phone"


def test_a_designer_changes_a_label_checks_and_deploys_it(visit):
    visitor = visit("designer")
    page = visitor.page
    visitor.open("/models/model-p1_screening")
    page.wait_for_selector(".djs-palette")
    before = visitor.get("/designs/model-p1_screening")

    page.locator(".outline button", has_text="User task").first.click()
    label = page.get_by_label("Label", exact=True)
    wanted = f"{label.input_value()} now"
    label.fill(wanted)
    label.blur()
    page.get_by_role("button", name="Check").click()
    page.get_by_role("heading", name="No problems").wait_for()
    page.get_by_role("button", name="Deploy", exact=True).click()
    page.wait_for_selector(".tag.good >> text=is active")

    after = visitor.get("/designs/model-p1_screening")
    assert wanted in after["source"]
    assert wanted not in before["source"]
    assert not after["has_draft"]
    assert visitor.violations() == []


def test_problems_are_listed_and_marked_on_the_canvas(visit):
    visitor = visit("designer")
    page = visitor.page
    visitor.open("/models/model-p2_assessing")
    page.wait_for_selector(".djs-palette")

    page.locator(".outline button", has_text="User task").first.click()
    form = page.get_by_label("Form", exact=True)
    form.fill("no_such_form")
    form.blur()
    page.get_by_role("button", name="Check").click()

    page.wait_for_selector(".problems li.error button")
    assert page.locator(".badge.problem").count() >= 1
    page.locator(".problems li.error button").first.click()
    assert page.locator(".panel").get_by_label("Form", exact=True).input_value() == "no_such_form"
    page.get_by_role("button", name="Discard draft…").click()
    page.get_by_role("button", name="Discard the draft").click()
    page.wait_for_selector(".tag >> text=As deployed")


def test_a_designer_who_leaves_the_page_keeps_the_changes_as_a_draft(visit):
    visitor = visit("designer")
    page = visitor.page
    visitor.open("/models/model-p3_stratifying")
    page.wait_for_selector(".djs-palette")

    page.locator(".outline button", has_text="User task").first.click()
    label = page.get_by_label("Label", exact=True)
    label.fill("Kept when leaving")
    label.blur()
    page.get_by_role("link", name="Models", exact=True).click()
    page.wait_for_selector("[role=status] >> text=Draft saved")

    design = visitor.get("/designs/model-p3_stratifying")
    assert design["draft"]
    assert "Kept when leaving" in design["source"]


def test_an_ended_session_asks_to_sign_in_again_and_loses_nothing(visit):
    visitor = visit("case_manager")
    page = visitor.page
    visitor.open("/inbox?queue=team")
    page.wait_for_selector("a.task")
    page.get_by_placeholder("Client, MRN or task").fill("a")

    page.context.clear_cookies()
    page.get_by_role("dialog", name="Your session has ended").wait_for()
    page.get_by_role("button", name="Sign in as").click()

    page.get_by_role("dialog").wait_for(state="hidden")
    page.wait_for_selector("a.task")
    assert page.get_by_placeholder("Client, MRN or task").input_value() == "a"


def test_an_administrator_finds_a_case_on_its_diagram(visit):
    visitor = visit("administrator")
    page = visitor.page
    visitor.open("/cases")

    page.wait_for_selector("table.cases a")
    page.locator("table.cases a").first.click()
    page.wait_for_selector(".badge.tokens")

    here = page.locator(".outline button", has_text="here now").first
    here.focus()
    page.keyboard.press("Enter")
    assert here.get_attribute("aria-current") == "true"
    assert page.locator(".djs-element.selected").count() == 1
    assert page.locator(".timeline li").count() > 0
    assert "masked" in page.locator(".client-bar").inner_text()
    assert visitor.violations() == []


def test_time_moves_and_says_what_fired(visit):
    visitor = visit("case_manager")
    page = visitor.page
    visitor.open("/inbox")
    before = visitor.get("/clock")["now"]

    page.get_by_role("button", name="Time machine").click()
    page.get_by_role("button", name="+1 h").click()

    page.wait_for_selector("[role=status] >> text=It is now")
    assert visitor.get("/clock")["now"] > before


def test_a_poll_moves_neither_the_focus_nor_the_selection(visit):
    visitor = visit("case_manager")
    page = visitor.page
    visitor.open("/inbox?queue=team")
    page.wait_for_selector("a.task")
    page.keyboard.press("j")
    page.keyboard.press("j")
    focused = page.locator("a.task:focus").get_attribute("href")

    with page.expect_response(
        lambda answer: "/tasks?" in answer.url and answer.request.headers.get("x-ninefold-background")
    ):
        pass
    page.wait_for_timeout(100)  # the answer is drawn

    assert page.locator("a.task:focus").get_attribute("href") == focused
