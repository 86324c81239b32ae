// The desk works from the keyboard. Everything here adds to pages that already work as links and forms.

const one = (selector, within = document) => within.querySelector(selector);
const all = (selector, within = document) => [...within.querySelectorAll(selector)];
const on = (type, act, options) => document.addEventListener(type, act, options);

// ---- Toasts -------------------------------------------------------------------------------------------------------

const TOAST_MS = 8000;

function raiseToasts() {
  const box = one("#toasts");
  if (!box) return;
  // Shown again each time, so that it stands above a drawer opened since.
  if (box.matches(":popover-open")) box.hidePopover();
  if (box.childElementCount) box.showPopover();
  for (const toast of all(".toast:not([data-timed])", box)) {
    toast.dataset.timed = "";
    if (toast.dataset.tone !== "bad") fade(toast);
  }
}

function fade(toast) {
  setTimeout(() => (toast.matches(":hover, :focus-within") ? fade(toast) : toast.remove()), TOAST_MS);
}

function say(text, tone = "accent") {
  const toast = one("#toast-template")?.content.firstElementChild.cloneNode(true);
  if (!toast) return;
  toast.dataset.tone = tone;
  one(".toast-text", toast).textContent = text;
  one("#toasts").append(toast);
  raiseToasts();
}

// ---- Dialogs: a drawer is a <dialog> that the server sent into #drawer --------------------------------------------

let opener = null;

function openDialog(dialog) {
  if (!dialog || dialog.open) return;
  if (!one("dialog[open]")) opener = document.activeElement;
  dialog.showModal();
  one("[aria-invalid=true], [autofocus]", dialog)?.focus();
  dialog.dataset.before = contents(dialog);
  dialog.addEventListener("close", () => afterClose(dialog), { once: true });
  raiseToasts();
}

function afterClose(dialog) {
  if (dialog.parentElement?.id === "drawer") dialog.remove();
  if (opener?.isConnected) opener.focus();
}

function contents(dialog) {
  const form = one("form", dialog);
  return form ? new URLSearchParams(new FormData(form)).toString() : "";
}

const isChanged = (dialog) => dialog.dataset.before !== contents(dialog);

// Leaving typed work asks once, in words, and never with a browser box.
function mayLeave(dialog) {
  if (!isChanged(dialog) || dialog.dataset.warned) return true;
  dialog.dataset.warned = "1";
  say(document.body.dataset.unsaved ?? "Not saved. Press Esc again to leave.", "warn");
  return false;
}

on("cancel", (event) => mayLeave(event.target) || event.preventDefault(), true);

on("htmx:afterSwap", (event) => {
  if (event.target.id === "drawer") openDialog(one("#drawer dialog:not([open])"));
});
on("htmx:load", raiseToasts);
on("desk:done", () => one("dialog[open]")?.close());
on("htmx:afterSettle", () => {
  if (opener && !opener.isConnected && opener.id) document.getElementById(opener.id)?.focus();
});

on("htmx:responseError", (event) => {
  const reference = event.detail.xhr.getResponseHeader("X-Request-ID");
  say(`The server could not answer (${event.detail.xhr.status}). ${reference ? `Reference ${reference}` : ""}`, "bad");
});
on("htmx:sendError", () => say("No connection. Try again in a moment.", "bad"));

// An address says what is asked, not what is empty.
on("htmx:configRequest", ({ detail }) => {
  if (detail.verb !== "get") return;
  for (const [name, value] of [...detail.formData.entries()]) if (value === "") detail.formData.delete(name);
});

// ---- Clicks -------------------------------------------------------------------------------------------------------

const clicks = {
  "[data-close]": (control, event) => {
    const toast = control.closest(".toast");
    if (toast) return toast.remove();
    event.preventDefault();
    control.closest("dialog")?.close();
  },
  "[data-dialog]": (control) => {
    const dialog = document.getElementById(control.dataset.dialog);
    if (dialog?.id === "keys") fillKeys(dialog);
    openDialog(dialog);
  },
  "[data-copy]": (control) => navigator.clipboard.writeText(control.dataset.copy).then(() => say(`${control.dataset.copy} ✓`, "good")),
  "[data-print]": () => print(),
  "[data-theme-set]": (control) => setTheme(control.dataset.themeSet),
  "[data-select-all]": (control) => {
    for (const box of boxes(control.closest("table"))) box.checked = control.checked;
    countSelected();
  },
};

on("click", (event) => {
  for (const [selector, act] of Object.entries(clicks)) {
    const control = event.target.closest(selector);
    if (control) act(control, event);
  }
  for (const menu of all("details[data-menu][open]")) if (!menu.contains(event.target)) menu.open = false;
  if (event.target.matches("dialog[open]") && mayLeave(event.target)) event.target.close();
  const row = event.target.closest("tr[data-open-row]");
  if (row && !event.target.closest("a, button, input, label, select") && !getSelection().toString()) linkOf(row)?.click();
});

function setTheme(theme) {
  const root = document.documentElement;
  if (theme) root.dataset.theme = theme;
  else delete root.dataset.theme;
  // A cookie, so that the server paints the next page right from its first byte.
  document.cookie = `bw_theme=${theme}; path=/; max-age=${theme ? 31536000 : 0}; samesite=lax`;
  for (const button of all("[data-theme-set]")) button.setAttribute("aria-pressed", button.dataset.themeSet === theme);
}

// ---- Rows ---------------------------------------------------------------------------------------------------------

let lastRow = null;
let lastBox = null;

const rows = () => all("table[data-rows] tbody tr");
const boxes = (within = document) => all("tbody .select input", within ?? document);
const linkOf = (row) => one("a, button", row);
const currentRow = () => document.activeElement.closest("table[data-rows] tbody tr") ?? (lastRow?.isConnected ? lastRow : null);

function step(by) {
  const list = rows();
  if (!list.length) return;
  const from = list.indexOf(currentRow());
  const to = from < 0 ? (by > 0 ? 0 : list.length - 1) : Math.min(list.length - 1, Math.max(0, from + by));
  lastRow = list[to];
  (linkOf(lastRow) ?? one("input", lastRow))?.focus({ focusVisible: true });
  lastRow.scrollIntoView({ block: "nearest" });
}

function select(box, toHere) {
  if (!box) return;
  box.checked = !box.checked;
  const list = boxes();
  const [from, to] = [list.indexOf(lastBox), list.indexOf(box)].sort((a, b) => a - b);
  if (toHere && from >= 0) for (const between of list.slice(from, to + 1)) between.checked = box.checked;
  lastBox = box;
  countSelected();
}

function countSelected() {
  for (const form of all("form[data-bulk]")) {
    const label = one("[data-bulk-count]", form);
    label.dataset.word ??= label.textContent;
    label.textContent = `${label.dataset.word}: ${boxes(form).filter((box) => box.checked).length}`;
  }
}

on("change", (event) => event.target.closest("form[data-bulk]") && countSelected());
on("reset", () => setTimeout(countSelected));

// ---- Keys ---------------------------------------------------------------------------------------------------------

function fillKeys(sheet) {
  const fill = (part, controls, keyOf) => {
    const place = one(`[data-keys-${part}]`, sheet);
    const seen = new Set();
    one("dl", place).replaceChildren(...controls.flatMap((control) => {
      const key = keyOf(control);
      if (seen.has(key)) return [];
      seen.add(key);
      const [dt, dd, kbd] = ["dt", "dd", "kbd"].map((name) => document.createElement(name));
      const words = control.cloneNode(true);
      all("kbd, .nav-count", words).forEach((extra) => extra.remove());
      kbd.textContent = key;
      dt.append(kbd);
      dd.textContent = control.getAttribute("aria-label") ?? words.textContent.trim();
      return [dt, dd];
    }));
    place.hidden = !seen.size;
  };
  fill("here", all("[data-key]"), (control) => control.dataset.key);
  fill("go", all("[data-go]"), (control) => control.dataset.go);
}

let awaitsGo = false;

const keys = {
  j: () => step(1),
  k: () => step(-1),
  x: (event) => select(one(".select input", currentRow() ?? document.createElement("tr")), event.shiftKey),
  f: () => one("[data-filters] :is(input, select):not([type=hidden])")?.focus(),
  "/": () => one("#search")?.focus(),
  "?": () => { fillKeys(one("#keys")); openDialog(one("#keys")); },
  g: () => { awaitsGo = true; setTimeout(() => { awaitsGo = false; }, 1500); },
  Escape: () => {
    for (const menu of all("details[data-menu][open]")) { menu.open = false; one("summary", menu).focus(); }
    for (const form of all("form[data-bulk]")) form.reset();
  },
};

on("keydown", (event) => {
  if (event.isComposing) return;
  const { key, target } = event;
  if ((event.ctrlKey || event.metaKey) && key === "k") { event.preventDefault(); return one("#search")?.select(); }
  if ((event.ctrlKey || event.metaKey) && key === "Enter") return target.form?.requestSubmit(one("footer .primary", target.form));
  if (target.closest("[data-search]")) return inSearch(event);
  if (event.ctrlKey || event.metaKey || event.altKey || target.closest("input:not([type=checkbox]), textarea, select")) return;
  const within = one("dialog[open]") ?? document;
  const letter = CSS.escape(key);
  const go = awaitsGo && one(`[data-go="${letter}"]`);
  awaitsGo = false;
  const act = one(`[data-key="${letter}"]`, within === document ? currentRow() ?? document : within) ?? one(`[data-key="${letter}"]`, within);
  if (go || act) { event.preventDefault(); return (go || act).click(); }
  const known = keys[key] ?? keys[key.toLowerCase()];
  if (known && within === document) { if (key !== "Escape") event.preventDefault(); known(event); }
});

function inSearch(event) {
  const field = one("#search");
  const list = [field, ...all("#search-results a")];
  const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (by) { event.preventDefault(); list[(list.indexOf(document.activeElement) + by + list.length) % list.length].focus(); }
  if (event.key === "Escape") { field.focus(); field.blur(); }
}

raiseToasts();
