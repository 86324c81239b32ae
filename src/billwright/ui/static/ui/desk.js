// What a page can do beyond links and forms. Nothing here is needed to reach or send anything: without script every act
// is a page of its own.

import { openDialog, mayLeave } from "./dialogs.js";
import { all, on, one } from "./dom.js";
import "./downloads.js";
import "./keys.js";
import { say, words } from "./toasts.js";

// ---- Requests -----------------------------------------------------------------------------------------------------

// Only a drawer may come with an error into the page. A whole page in its stead means that the session has ended.
on("htmx:beforeSwap", ({ detail }) => {
  if (detail.target.id !== "drawer") return;
  if (/^\s*<!doctype/i.test(detail.serverResponse) && detail.xhr.status < 400) location.reload();
  if (/^\s*<dialog/i.test(detail.serverResponse)) return;
  detail.shouldSwap = false;
  detail.isError = detail.xhr.status >= 400;
});

on("htmx:sendError", () => say(words().offline, "bad"));
on("htmx:responseError", ({ detail }) => {
  const reference = detail.xhr.getResponseHeader("X-Request-ID") ?? "";
  say(`${words().broken} ${detail.xhr.status} ${reference}`, "bad");
});

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
    const dialog = control.closest("dialog");
    if (!dialog) return undefined;
    event.preventDefault();
    return dialog.close();
  },
  "[data-dialog]": (control) => openDialog(document.getElementById(control.dataset.dialog)),
  "[data-copy]": async (control) => {
    await navigator.clipboard.writeText(control.dataset.copy);
    say(`${words().copied} ${control.dataset.copy}`, "good");
  },
  "[data-print]": () => print(),
  "[data-theme-set]": (control) => setTheme(control.dataset.themeSet),
};

on("click", (event) => {
  for (const menu of all("details[data-menu][open]")) if (!menu.contains(event.target)) menu.open = false;
  if (event.target.matches("dialog[open]") && mayLeave(event.target)) event.target.close();
  for (const [selector, act] of Object.entries(clicks)) {
    const control = event.target.closest(selector);
    if (control) act(control, event);
  }
  const row = event.target.closest("tr[data-open-row]");
  if (row && !event.target.closest("a, button, input, label") && !getSelection().toString()) one("a", row)?.click();
});

function setTheme(theme) {
  document.documentElement.dataset.theme = theme;
  // A cookie, so that the server paints the next page right from its first byte.
  document.cookie = `bw_theme=${theme}; path=/; max-age=${theme ? 31536000 : 0}; samesite=lax`;
  for (const button of all("[data-theme-set]")) button.setAttribute("aria-pressed", button.dataset.themeSet === theme);
}
