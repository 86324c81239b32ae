// The desk works from the keyboard: rows, selection, search, single letters that act, and the sheet that lists them.

import { openDialog } from "./dialogs.js";
import { all, on, one } from "./dom.js";

const GO_MS = 1500;
const TYPING = "input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]";

// ---- Rows: j and k move the real focus, so that Enter opens and a screen reader speaks ------------------------------

let lastRow = null;
let lastBox = null;

const rows = () => all("table[data-rows] tbody tr");
const boxes = (within) => all("tbody .select input", within);

function currentRow() {
  return document.activeElement.closest("table[data-rows] tbody tr") ?? (lastRow?.isConnected ? lastRow : null);
}

function step(by) {
  const list = rows();
  const from = list.indexOf(currentRow());
  const first = by > 0 ? 0 : list.length - 1;
  lastRow = list[from < 0 ? first : Math.min(list.length - 1, Math.max(0, from + by))];
  if (!lastRow) return;
  one("a, button, input", all("td", lastRow).find((cell) => one("a, button", cell)) ?? lastRow)?.focus({ focusVisible: true });
  lastRow.scrollIntoView({ block: "nearest" });
}

function select(box, upToHere) {
  if (!box) return;
  box.checked = !box.checked;
  const list = boxes(box.closest("table"));
  const [from, to] = [list.indexOf(lastBox), list.indexOf(box)].sort((a, b) => a - b);
  if (upToHere && from >= 0) for (const between of list.slice(from, to + 1)) between.checked = box.checked;
  lastBox = box;
  count(box.form);
}

function count(form) {
  const label = form && one("[data-bulk-count]", form);
  if (label) label.textContent = boxes(form).filter((box) => box.checked).length;
}

on("change", ({ target }) => {
  if (target.matches("[data-select-all]")) for (const box of boxes(target.closest("table"))) box.checked = target.checked;
  if (target.closest("form[data-bulk]")) count(target.form);
});
on("reset", ({ target }) => setTimeout(() => count(target)));

// ---- The sheet ----------------------------------------------------------------------------------------------------

function showSheet() {
  const sheet = one("#keys");
  fill(one("[data-keys-here]", sheet), all("main [data-key]"), "key");
  fill(one("[data-keys-go]", sheet), all("[data-go]"), "go");
  openDialog(sheet);
}

function fill(place, controls, name) {
  const byKey = new Map(controls.map((control) => [control.dataset[name], control]));
  one("dl", place).replaceChildren(...[...byKey].flatMap(([key, control]) => {
    const [term, kbd, meaning] = ["dt", "kbd", "dd"].map((tag) => document.createElement(tag));
    const spoken = control.cloneNode(true);
    for (const extra of all("kbd, .nav-count", spoken)) extra.remove();
    kbd.textContent = key;
    term.append(kbd);
    meaning.textContent = control.getAttribute("aria-label") ?? spoken.textContent.trim();
    return [term, meaning];
  }));
  place.hidden = !byKey.size;
}

on("click", ({ target }) => { if (target.closest("[data-sheet]")) showSheet(); });

// ---- Keys ---------------------------------------------------------------------------------------------------------

let goUntil = 0;

const keys = {
  j: () => step(1),
  k: () => step(-1),
  x: (event) => select(one(".select input", currentRow() ?? document.body), event.shiftKey),
  f: () => one("[data-filters] :is(input, select):not([type=hidden])")?.focus(),
  g: (event) => { goUntil = event.timeStamp + GO_MS; },
  "/": () => one("#search")?.focus(),
  "?": showSheet,
};

function escape() {
  for (const menu of all("details[data-menu][open]")) {
    menu.open = false;
    one("summary", menu).focus();
  }
  for (const form of all("form[data-bulk]")) form.reset();
}

// A letter acts on the row that has the focus before it acts on the page; in a dialog it stays in the dialog.
function actOf(key) {
  const selector = `[data-key="${CSS.escape(key)}"]`;
  const dialog = one("dialog[open]");
  const row = !dialog && currentRow();
  return (row && one(selector, row)) || one(selector, dialog ?? document);
}

function withControl(event) {
  if (event.key === "k") { event.preventDefault(); one("#search")?.select(); }
  const form = event.target.form ?? one("dialog[open] form");
  if (event.key === "Enter" && form) form.requestSubmit(one("footer .primary", form));
}

function inSearch(event) {
  const list = [one("#search"), ...all("#search-results a")];
  const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (by) {
    event.preventDefault();
    list.at((list.indexOf(document.activeElement) + by) % list.length).focus();
  }
  if (event.key === "Escape") document.activeElement.blur();
}

on("keydown", (event) => {
  const { key, target } = event;
  if (event.isComposing || event.altKey) return;
  if (event.ctrlKey || event.metaKey) return withControl(event);
  if (target.closest("[data-search]")) return inSearch(event);
  if (target.matches(TYPING)) return;
  const go = event.timeStamp < goUntil && one(`[data-go="${CSS.escape(key)}"]`);
  goUntil = 0;
  const control = go || actOf(key);
  const known = !one("dialog[open]") && (keys[key] ?? keys[key.toLowerCase()]);
  if (control || known) event.preventDefault();
  if (control) {
    // Focused first: a drawer that it opens gives the focus back here.
    control.focus({ preventScroll: true });
    control.click();
  } else if (known) known(event);
  else if (key === "Escape") escape();
});
