"""Somebody with a keyboard: no pointer, no focus set from outside, and what is wrong with a stop is told."""

# Where the focus is: what it is called, and what is wrong with it.
HERE = """() => {
    const node = document.activeElement;
    if (!node || node === document.body) return null;
    const around = [node, node.closest('label'), node.parentElement].filter(Boolean);
    const ring = each => { const style = getComputedStyle(each);
        return style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0; };
    const box = (node.closest('label') || node).getBoundingClientRect();
    const before = window.stoppedAt, wrong = [];
    window.stoppedAt = node;
    if (!around.some(ring)) wrong.push('its focus cannot be seen');
    if (box.width < 2 || box.height < 2) wrong.push('it has no size');
    if (box.bottom < 1 || box.right < 1 || box.top > innerHeight - 1 || box.left > innerWidth - 1)
        wrong.push('it is outside the window');
    if (node.tabIndex > 0) wrong.push('it jumps the queue');
    const backwards = before?.isConnected && before.compareDocumentPosition(node) & 2;
    if (backwards && !node.matches('.skip'))
        wrong.push(`it comes before the last stop, ${before.outerHTML.slice(0, 80)}`);
    return [node.outerHTML.slice(0, 120), wrong]; }"""


class Typist:
    """Somebody with a keyboard at one page."""

    def __init__(self, visitor):
        self.visitor, self.page = visitor, visitor.page

    def open(self, path):
        self.visitor.arrive(path)
        return self

    def press(self, *keys):
        for key in keys:
            self.page.keyboard.press(key)

    def stop(self):
        """The next stop of Tab; what is wrong with it is a complaint. None at the end of the page."""
        self.press("Tab")
        if (here := self.page.evaluate(HERE)) is None:
            return None
        self.visitor.complaints += [f"{self.page.url}: {here[0]}: {fault}" for fault in here[1]]
        return here[0]

    def tab_to(self, target, most=120):
        for _ in range(most):
            self.stop()
            if target.evaluate_all("nodes => nodes[0] === document.activeElement"):
                return
        raise AssertionError(f"Tab never reaches {target}")

    def type(self, target, text):
        self.tab_to(target)
        self.page.keyboard.type(text)

    def send(self, target, lands=None):
        """Press what leads to another page, and be put where its news is."""
        self.tab_to(target)
        with self.page.expect_navigation():
            self.press("Enter")
        if lands:
            self.stands(lands)

    def stands(self, part):
        """The focus has been put on this part of the page; the next stop follows it."""
        self.page.wait_for_function("part => document.activeElement?.matches(part)", arg=part)
        self.page.evaluate("window.stoppedAt = null")

    def walk(self, most=250):
        """From the top to the end of the page: every stop is good and none holds the focus for ever."""
        self.page.evaluate("() => { document.activeElement?.blur(); window.stoppedAt = null; }")
        stops = []
        for _ in range(most):
            here = self.stop()
            if here is None or (stops and 'class="skip"' in here):
                return stops
            stops.append(here)
        raise AssertionError(f"Tab never leaves the page; last at {stops[-3:]}")

    def skip(self):
        """The first stop leads past the menus."""
        assert 'class="skip"' in self.stop()
        self.press("Enter")
        assert self.page.evaluate("document.activeElement.id") == "main"
        self.page.evaluate("window.stoppedAt = null")
        self.stop()
        assert self.page.evaluate("document.getElementById('main').contains(document.activeElement)")

    def still_somewhere(self, part):
        """After something was swapped the focus is not back at the top of the page."""
        self.page.wait_for_timeout(150)  # nobody types between two frames
        self.page.wait_for_function("() => !document.querySelector('.htmx-request, .htmx-settling')")
        self.page.wait_for_function(
            "part => document.querySelector(part)?.contains(document.activeElement)", arg=part
        )
        self.page.evaluate("window.stoppedAt = null")
