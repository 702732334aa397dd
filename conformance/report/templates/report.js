"use strict";
(() => {
  const root = document.documentElement;
  root.classList.add("js");

  // --- copy buttons ---------------------------------------------------------
  const copy = async (text) => {
    try {
      await navigator.clipboard.writeText(text);
      return true;
    } catch {
      const area = document.createElement("textarea");
      area.value = text;
      area.className = "offstage";
      document.body.append(area);
      area.select();
      const done = document.execCommand("copy");
      area.remove();
      return done;
    }
  };
  for (const box of document.querySelectorAll(".copyable")) {
    const code = box.querySelector("code");
    const what = box.querySelector("pre").getAttribute("aria-label");
    const button = document.createElement("button");
    const say = (word) => {
      button.textContent = word;
      button.setAttribute("aria-label", word + ": " + what);
    };
    button.type = "button";
    button.className = "copy";
    say("Copy");
    button.addEventListener("click", async () => {
      const done = await copy(code.textContent);
      if (!done) { getSelection().selectAllChildren(code); }
      say(done ? "Copied" : "Press Ctrl+C");
      button.focus();
      setTimeout(() => say("Copy"), done ? 1500 : 6000);
    });
    box.prepend(button);
  }

  // --- light and dark -------------------------------------------------------
  const bar = document.querySelector(".bar nav");
  if (bar) {
    const theme = document.createElement("button");
    theme.type = "button";
    theme.className = "theme";
    theme.textContent = "\u25d0";
    theme.title = "Light or dark";
    theme.setAttribute("aria-label", "Light or dark");
    theme.addEventListener("click", () => {
      const dark = root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
      root.dataset.theme = dark ? "light" : "dark";
    });
    bar.append(theme);
    const row = bar.querySelector("ul");
    const links = [...row.querySelectorAll("a")];
    const near = new IntersectionObserver((seen) => {
      for (const { target, isIntersecting } of seen) {
        const link = links.find((one) => one.hash === "#" + target.id);
        if (!isIntersecting) { link.removeAttribute("aria-current"); continue; }
        link.setAttribute("aria-current", "true");
        row.scrollLeft = link.offsetLeft - row.offsetLeft - 24;
      }
    }, { rootMargin: "-25% 0px -74% 0px" });
    for (const link of links) { near.observe(document.querySelector(link.hash)); }
  }

  // --- filters, kept in the address as #/verdict=failed&q=cursor --------------
  const form = document.querySelector(".filters");
  if (!form) { return; }
  for (const link of document.querySelectorAll("[data-filter]")) { link.hash = "/" + link.dataset.filter; }
  const names = ["q", "verdict", "level", "area", "operation"];
  const output = form.querySelector("output");
  const cases = [...document.querySelectorAll(".case")].map((element) => ({
    element,
    text: element.textContent.toLowerCase(),
    data: { ...element.dataset },
  }));
  const field = (name) => form.elements.namedItem(name);
  const fits = (one, wanted) =>
    wanted.q.every((word) => one.text.includes(word)) &&
    ["verdict", "level", "area"].every((name) => !wanted[name] || one.data[name] === wanted[name]) &&
    (!wanted.operation || one.data.operation.split(" ").includes(wanted.operation));
  const apply = () => {
    const wanted = Object.fromEntries(names.map((name) => [name, field(name).value]));
    wanted.q = wanted.q.toLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    for (const one of cases) {
      const visible = fits(one, wanted);
      if (one.element.hidden === visible) { one.element.hidden = !visible; }
      shown += visible;
    }
    output.textContent = `${shown} of ${cases.length} cases`;
  };
  const remember = () => {
    const said = new URLSearchParams();
    for (const name of names) { if (field(name).value) { said.set(name, field(name).value); } }
    const query = said.toString();
    history.replaceState(null, "", query ? "#/" + query : "#cases");
  };
  const read = (hash) => {
    const said = new URLSearchParams(hash.slice(2));
    for (const name of names) { field(name).value = said.get(name) ?? ""; }
    apply();
  };
  // What lies above is laid out only as it comes near, which moves the target: go there until it stays.
  const settle = (target, tries = 5) => {
    target.scrollIntoView();
    if (tries > 0) { requestAnimationFrame(() => settle(target, tries - 1)); }
  };
  const follow = (scroll) => {
    if (location.hash.startsWith("#/")) {
      read(location.hash);
      if (scroll) { settle(document.getElementById("cases")); }
      return;
    }
    let target = null;
    try { target = document.getElementById(decodeURIComponent(location.hash.slice(1))); } catch { return; }
    if (!target) { return; }
    if (!target.matches(".case")) { settle(target); return; }
    if (target.hidden) { form.reset(); apply(); }
    target.open = true;
    target.querySelector("summary").focus({ preventScroll: true });
    settle(target);
  };
  let waiting = 0;
  form.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(() => { apply(); remember(); }, 80);
  });
  form.addEventListener("reset", () => setTimeout(() => { apply(); remember(); }));
  form.addEventListener("submit", (event) => event.preventDefault());
  addEventListener("hashchange", () => follow(true));
  addEventListener("keydown", (event) => {
    if (event.key === "/" && !event.target.matches("input, select, textarea")) {
      event.preventDefault();
      field("q").focus();
    }
  });
  follow(true);
  // Once all is loaded the browser goes to the address itself, and takes the focus away.
  addEventListener("load", () => setTimeout(() => follow(true)));
})();
