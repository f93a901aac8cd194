// The one front end of all panels. Python says what there is (`spec`), what is shown (`shown`) and
// what holds (`values`); this file draws native inputs and sends what the reader does with them.
// Words go into the page as textContent; HTML (`texts`, `svg`) comes from Python, which escapes.

const NO_ANSWER = "No answer from Python. Run the notebook's cells again.";
const BUSY_AFTER = 400, LOST_AFTER = 3000; // ms
const WIDE = 640; // px from which folds marked "wide" are open
const FOCUSABLE = "input, button, select, textarea, summary, a[href], [tabindex]";
let made = 0;

// An element: names with a dash, and role, for and list, are attributes, others are properties.
function make(tag, settings = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(settings)) {
    if (/-|^(role|for)$/.test(name)) node.setAttribute(name, value);
    else node[name] = value;
  }
  node.append(...children);
  return node;
}

// JupyterLab reads a, b, d d, x and the arrows as commands, unless the focused node itself says so.
function keepKeys(root) {
  for (const node of root.querySelectorAll(FOCUSABLE)) node.dataset.lmSuppressShortcuts = "true";
}

// A link to a notebook opens it beside this one where JupyterLab lets us, else in a new tab.
function lead(root, rendermime) {
  const { resolver, linkHandler } = rendermime ?? {};
  for (const link of root.querySelectorAll("a[href]")) {
    Object.assign(link, { target: "_blank", rel: "noopener" });
    const [path, heading] = link.getAttribute("href").split("#");
    if (!resolver || !linkHandler) continue;
    resolver.resolveUrl(path)
      .then((place) => linkHandler.handleLink(link, decodeURIComponent(place), `#${heading}`))
      .catch(() => {}); // the new tab is left
  }
}

function tableOf({ caption, head, rows }) {
  const cell = (tag, content, scope) => {
    const pieces = Array.isArray(content) ? (content.length ? content : ["none"]) : null;
    const node = make(tag, pieces ? {} : { textContent: content });
    pieces?.forEach((piece, i) =>
      node.append(i ? ", " : "", make("span", { className: "whole", textContent: piece })));
    if (scope) node.scope = scope;
    return node;
  };
  const line = (cells) => make("tr", {}, cell("th", cells[0], "row"),
    ...cells.slice(1).map((content) => cell("td", content)));
  return make("table", {},
    make("caption", { textContent: caption }),
    make("thead", {}, make("tr", {}, ...head.map((name) => cell("th", name, "col")))),
    make("tbody", {}, ...rows.map(line)));
}

// One Tab stop for many: the arrow keys move among the boxes or buttons that are to be seen.
function oneStop(group, selector) {
  const seen = () => [...group.querySelectorAll(selector)].filter((n) => n.offsetParent !== null);
  const settle = (target) => {
    for (const node of group.querySelectorAll(selector)) node.tabIndex = node === target ? 0 : -1;
  };
  group.resettle = () => {
    const nodes = seen();
    if (!nodes.some((node) => node.tabIndex === 0)) settle(nodes[0]);
  };
  group.addEventListener("focusin", ({ target }) => target.matches(selector) && settle(target));
  group.addEventListener("keydown", (event) => {
    const nodes = seen(), here = nodes.indexOf(event.target);
    const step = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 }[event.key];
    const to = step ? here + step : { Home: 0, End: nodes.length - 1 }[event.key];
    if (here < 0 || to === undefined) return;
    event.preventDefault();
    nodes[(to + nodes.length) % nodes.length].focus();
  });
  settle(group.querySelector(selector));
}

// Each kind of input: returns its node and how to write a value into it; calls `changed(value)`.
const INPUTS = {
  checkbox(id, { label }, changed) {
    const box = make("input", { type: "checkbox", id });
    box.addEventListener("change", () => changed(box.checked));
    const node = make("label", { className: "check" }, box, make("span", { textContent: label }));
    return { node, write: (value) => { box.checked = value; }, read: () => box.checked };
  },
  radio(id, { label, options, upright }, changed) {
    const buttons = options.map((_, i) => make("input", { type: "radio", name: id, value: i }));
    buttons.forEach((button, i) => button.addEventListener("change", () => changed(i)));
    const node = make("fieldset", { className: upright ? "upright" : "" },
      make("legend", { textContent: label }),
      ...buttons.map((button, i) => make("label", {}, button, make("span", { textContent: options[i] }))));
    return { node, write: (value) => { buttons[value].checked = true; } };
  },
  select(id, { label, options }, changed) {
    const list = make("select", { id },
      ...options.map((text, i) => make("option", { value: i, textContent: text })));
    list.addEventListener("change", () => changed(list.selectedIndex));
    return { node: labelled(id, label, list), write: (value) => { list.selectedIndex = value; } };
  },
  range(id, { label, low, high, step, digits, log }, changed) {
    const input = make("input", { type: "range", id, min: low, max: high, step });
    const readout = make("output", { "aria-hidden": "true" });
    const say = () => {
      const text = log ? (10 ** input.value).toExponential(0) : (+input.value).toFixed(digits);
      readout.textContent = text;
      input.setAttribute("aria-valuetext", text);
    };
    input.addEventListener("input", () => { say(); changed(+input.value); });
    const write = (value) => { input.value = value; say(); };
    return { node: labelled(id, label, input, readout), write };
  },
  number(id, { label, low, high, step }, changed) {
    const input = make("input", { type: "number", id, min: low, max: high, step });
    input.addEventListener("change", () => input.value !== "" && changed(+input.value));
    return { node: labelled(id, label, input), write: (value) => { input.value = value; } };
  },
  text(id, { label }, changed) {
    const input = make("input", { type: "text", id });
    input.addEventListener("change", () => changed(input.value));
    return { node: labelled(id, label, input), write: (value) => { input.value = value; } };
  },
  code(id, { label, rows, example }, changed) {
    const area = make("textarea", { id, rows, wrap: "off", spellcheck: false,
      autocapitalize: "off", "aria-describedby": `${id}-keys ${id}-error` });
    const numbers = make("div", { className: "numbers", "aria-hidden": "true" });
    const error = make("p", { id: `${id}-error`, className: "error" });
    let wrong = 0, leaving = false, told = "";
    const number = () => numbers.replaceChildren(...area.value.split("\n").map((_, i) =>
      make("div", { textContent: i + 1, className: i + 1 === wrong ? "wrong" : "" })));
    const type = (text) => {
      // Not setRangeText: what is typed in this way can be undone.
      if (!document.execCommand("insertText", false, text)) area.setRangeText(text);
    };
    area.addEventListener("keydown", (event) => {
      const leave = leaving;
      leaving = event.key === "Escape" || (leaving && event.key === "Shift");
      if (event.key === "Tab" && !leave) {
        event.preventDefault();
        indent(area, event.shiftKey, type);
      } else if (event.key === "Enter" && !event.shiftKey && !event.ctrlKey && !event.metaKey) {
        event.preventDefault();
        const line = area.value.slice(0, area.selectionStart).split("\n").pop();
        type(`\n${line.match(/^ */)[0]}${/:\s*$/.test(line) ? "    " : ""}`);
      }
    });
    area.addEventListener("input", number);
    // What is pasted takes the place of the text that was there at first, until that is changed.
    area.addEventListener("paste", () => area.value === example && area.select());
    area.addEventListener("scroll", () => { numbers.scrollTop = area.scrollTop; });
    const flush = () => { if (area.value !== told) changed((told = area.value)); };
    area.addEventListener("change", flush);
    const node = make("div", { className: "code" },
      make("label", { for: id, textContent: label }),
      make("div", { className: "editor" }, numbers, area), error,
      make("p", { id: `${id}-keys`, className: "hint",
        textContent: "Tab indents. Escape, then Tab, leaves the text." }));
    const write = (value) => {
      told = value;
      if (area.value !== value) area.value = value;
      number();
    };
    const mark = (found) => {
      wrong = found ? found[0] : 0;
      error.textContent = found ? `Line ${wrong}: ${found[1]}` : "";
      area.setAttribute("aria-invalid", String(Boolean(found)));
      number();
    };
    return { node, write, flush, mark };
  },
};

function labelled(id, label, ...nodes) {
  return make("span", { className: "field" }, make("label", { for: id, textContent: label }), ...nodes);
}

function indent(area, back, type) {
  const { selectionStart: start, selectionEnd: end, value } = area;
  if (start === end && !back) return type("    ");
  const from = value.lastIndexOf("\n", start - 1) + 1;
  const lines = value.slice(from, end).split("\n");
  const moved = lines.map((line) => (back ? line.replace(/^ {1,4}/, "") : `    ${line}`));
  area.setSelectionRange(from, end);
  type(moved.join("\n"));
  const grown = moved.join("\n").length - (end - from);
  const first = moved[0].length - lines[0].length;
  area.setSelectionRange(Math.max(from, start + first), end + grown);
}

class PanelView {
  constructor(model, root) {
    Object.assign(this, { model, id: `p${Date.now().toString(36)}-${(made += 1)}`, seq: 0 });
    Object.assign(this, { queue: [], flying: null, timers: [], fields: {}, places: {} });
    Object.assign(this, { picks: [], folds: [], groups: [], shown: {}, html: {} });
    const { title, layout } = (this.spec = model.get("spec"));
    this.root = make("section", { className: "course-panel", "aria-label": title },
      make("p", { className: "title", textContent: title }), ...layout.map((item) => this.item(item)));
    root.append(this.root);
    keepKeys(this.root);
    this.apply(model.get("values"));
    this.show();
    this.onShown = () => this.show();
    this.onMessage = (message) => this.hear(message);
    model.on("change:shown", this.onShown);
    model.on("msg:custom", this.onMessage);
    this.sizes = new ResizeObserver(([{ contentRect }]) => {
      this.reach();
      const wide = contentRect.width >= WIDE;
      if (!contentRect.width || wide === this.wide) return;
      this.wide = wide;
      for (const fold of this.folds) fold.open = wide;
      this.groups.forEach((group) => group.resettle());
      this.scrollToChange();
    });
    this.sizes.observe(this.root);
  }

  end() {
    this.model.off("change:shown", this.onShown);
    this.model.off("msg:custom", this.onMessage);
    this.sizes.disconnect();
    this.land();
  }

  // ---- what there is ----

  item(item) {
    if (typeof item === "string") return (this.places[item] ??= this.named(item));
    const { box, items, label } = item;
    if (box === "heading") return make("p", { className: "heading", textContent: label });
    const nodes = items.map((inner) => this.item(inner));
    if (box === "fold") return this.fold(item, nodes);
    if (box === "picker") return this.picker(label, nodes);
    const node = make("div", { className: box }, ...nodes);
    if (label) {
      Object.assign(node, { role: "group", ariaLabel: label });
      if (node.querySelector("button")) this.stop(node, "button");
    }
    return node;
  }

  named(name) {
    const control = this.spec.controls[name];
    if (control) return this.input(name, control);
    if (name === "status") return make("p", { role: "status", className: "status" });
    if (name === "picture") {
      const img = make("img", { hidden: true, alt: "" });
      // Its 9 points stay 11 px: where there is less room, the picture scrolls in its place.
      img.addEventListener("load", () => {
        img.style.minWidth = `${0.885 * img.naturalWidth}px`;
        this.reach();
      });
      return make("div", { className: "picture" }, img, make("div"));
    }
    if (name === "progress") {
      const id = `${this.id}-progress`;
      return make("p", { className: "gauge" }, make("progress", { id, max: 1, value: 0 }),
        make("label", { for: id }));
    }
    return make("div", { className: `text text-${name}` });
  }

  input(name, control) {
    const id = `${this.id}-${name}`;
    if (control.kind === "button") {
      const node = make("button", { type: "button", textContent: control.label });
      node.addEventListener("click", () => this.press(name));
      return node;
    }
    const field = INPUTS[control.kind](id, control, (value) => this.change(name, value));
    this.fields[name] = field;
    field.node.dataset.name = name;
    if (control.kind === "code") this.shortcut(field.node);
    return field.node;
  }

  // From the text, the panel's first button is one chord away.
  shortcut(node) {
    const [name, { label }] = Object.entries(this.spec.controls).find(([, { kind }]) => kind === "button");
    node.querySelector(".hint").append(` Control+Enter: ${label}.`);
    node.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
      event.preventDefault();
      this.press(name);
    });
  }

  fold({ label, open }, nodes) {
    const count = make("span", { className: "count" });
    const inside = make("div", { role: "group", "aria-label": label, className: "inside" }, ...nodes);
    const node = make("details", { open: open === true },
      make("summary", {}, make("span", { textContent: label }), count), inside);
    if (open === "wide") this.folds.push(node);
    const kind = ["input[type=checkbox]", "button"].find((one) => inside.querySelector(one));
    if (kind) this.stop(inside, kind);
    node.addEventListener("toggle", () => inside.resettle?.());
    this.picks.push(() => {
      const boxes = [...inside.querySelectorAll("input[type=checkbox]")];
      const seen = boxes.filter((box) => !box.closest("[hidden]:not(details)"));
      const ticked = seen.filter((box) => box.checked).length;
      if (boxes.length) count.textContent = ` (${seen.length}${ticked ? `, ${ticked} ticked` : ""})`;
      if (boxes.length) node.classList.toggle("empty", !seen.length);
    });
    return node;
  }

  stop(group, selector) {
    this.groups.push(group);
    oneStop(group, selector);
  }

  picker(label, folds) {
    const id = `${this.id}-filter`, line = make("input", { type: "search", id });
    const chips = make("div", { className: "chips", role: "group", "aria-label": "ticked" });
    const node = make("div", { className: "picker" },
      labelled(id, label, line), chips, make("div", { className: "folds" }, ...folds));
    let before = null;
    line.addEventListener("input", () => {
      const wanted = line.value.trim().toLowerCase();
      before ??= folds.map((fold) => fold.open);
      folds.forEach((fold, i) => {
        const checks = [...fold.querySelectorAll(".check")];
        for (const check of checks) check.classList.toggle("out",
          !`${check.textContent} ${check.dataset.name}`.toLowerCase().includes(wanted));
        const found = checks.some((check) => !check.classList.contains("out"));
        fold.classList.toggle("out", !found);
        fold.open = wanted ? found : before[i];
      });
      if (!wanted) before = null;
      this.groups.forEach((group) => group.resettle());
    });
    this.picks.push(() => {
      const ticked = [...node.querySelectorAll(".check:not([hidden]) input:checked")];
      const names = ticked.map((box) => box.closest(".check").dataset.name);
      const old = Object.fromEntries([...chips.children].map((chip) => [chip.dataset.name, chip]));
      const chip = (name, i) => {
        const text = ticked[i].parentNode.textContent;
        const button = make("button", { type: "button", textContent: `${text} \u00d7`,
          "aria-label": `Untick ${text}` });
        Object.assign(button.dataset, { name, lmSuppressShortcuts: "true" });
        button.addEventListener("click", () => {
          (button.nextSibling ?? button.previousSibling ?? line).focus();
          ticked[i].checked = false;
          this.change(name, false);
        });
        return button;
      };
      const wanted = names.map((name, i) => old[name] ?? chip(name, i));
      for (const [name, gone] of Object.entries(old)) if (!names.includes(name)) gone.remove();
      wanted.forEach((button, i) => chips.children[i] !== button && chips.insertBefore(button, chips.children[i] ?? null));
    });
    return node;
  }

  // ---- what is shown ----

  show() {
    const next = this.model.get("shown"), last = this.shown;
    this.shown = next;
    const { img, drawing } = { img: this.places.picture?.firstChild, drawing: this.places.picture?.lastChild };
    if (img) {
      const { png, svg } = next.picture;
      img.hidden = !png;
      if (png && png !== last.picture?.png) img.src = `data:image/png;base64,${png}`;
      if (png) img.alt = next.alt;
      if ((svg ?? "") !== (last.picture?.svg ?? "")) drawing.innerHTML = svg ?? "";
      if (svg) Object.assign(drawing, { role: "img", ariaLabel: next.alt });
      else drawing.removeAttribute("role"), drawing.removeAttribute("aria-label");
    }
    for (const [name, place] of Object.entries(this.places)) {
      if (!place.classList.contains("text")) continue;
      const table = next.tables[name], html = next.texts[name] ?? "";
      if (table) {
        if (JSON.stringify(table) !== JSON.stringify(last.tables?.[name])) place.replaceChildren(tableOf(table));
      } else if (html !== (this.html[name] ?? "")) {
        place.innerHTML = this.html[name] = html;
      } else continue;
      keepKeys(place);
      lead(place, this.model.widget_manager?.rendermime);
    }
    for (const [name, place] of Object.entries(this.places)) {
      const hidden = next.hidden.includes(name);
      if (place.hidden !== hidden) place.hidden = hidden;
    }
    for (const [name, { mark }] of Object.entries(this.fields)) mark?.(next.marks[name]);
    this.showProgress(next.progress);
    this.say(next.summary);
    this.count();
    this.scrollToChange();
    this.reach();
  }

  // What scrolls sideways can be reached by keyboard, and only as long as it scrolls.
  reach() {
    for (const node of this.root.querySelectorAll(".picture, .text table")) {
      if (node.scrollWidth > node.clientWidth) {
        node.tabIndex = 0;
        node.dataset.lmSuppressShortcuts = "true";
      } else node.removeAttribute("tabindex");
    }
  }

  showProgress(progress) {
    const [bar, label] = this.places.progress?.children ?? [];
    if (!bar || !progress) return;
    Object.assign(bar, { max: progress.total, value: progress.done });
    label.textContent = progress.words;
  }

  // The status node stays, and is written only when the words change: so it is read out once.
  say(words) {
    const status = this.places.status;
    if (status && status.textContent !== words) status.textContent = words;
  }

  count() {
    this.picks.forEach((pick) => pick());
    this.groups.forEach((group) => group.resettle());
  }

  // A box that scrolls shows the first line that is changed.
  scrollToChange() {
    for (const box of this.root.querySelectorAll("[data-scroll]")) {
      const line = box.querySelector("del, ins");
      box.scrollTop = line ? line.offsetTop - box.clientHeight / 3 : 0;
    }
  }

  apply(values) {
    for (const [name, value] of Object.entries(values)) this.fields[name]?.write(value);
  }

  // ---- what the reader does ----

  change(name, value) {
    const last = this.queue.at(-1);
    if (last && !last.press) last.set[name] = value;
    else this.queue.push({ set: { [name]: value } });
    this.count();
    this.send();
  }

  press(name) {
    for (const field of Object.values(this.fields)) field.flush?.();
    const last = this.queue.at(-1);
    if (last && !last.press) last.press = name;
    else this.queue.push({ set: {}, press: name });
    this.send();
  }

  send() {
    if (this.flying || !this.queue.length) return;
    this.flying = { ...this.queue.shift(), view: this.id, seq: (this.seq += 1) };
    this.later(BUSY_AFTER, () => this.root.classList.add("busy"));
    this.later(LOST_AFTER, () => this.lost());
    try {
      this.model.send(this.flying);
    } catch (error) {
      this.giveUp();
    }
  }

  later(ms, act) { this.timers.push(setTimeout(act, ms)); }

  // While the kernel runs a cell it may not answer: only a kernel with nothing to do is silent.
  lost() {
    if (this.model.widget_manager?.kernel?.status === "busy") this.later(LOST_AFTER, () => this.lost());
    else this.giveUp();
  }

  giveUp() {
    this.queue = [];
    this.land();
    this.say(NO_ANSWER);
  }

  land() {
    this.timers.forEach(clearTimeout);
    Object.assign(this, { timers: [], flying: null });
    this.root.classList.remove("busy");
  }

  hear({ view, seq, working, changed, progress }) {
    if (progress) this.showProgress(progress);
    const mine = this.flying && view === this.id;
    if (this.flying && (progress || (mine && working === this.flying.seq))) {
      this.timers.splice(1).forEach(clearTimeout); // it lives: wait as long as it takes
    }
    if (changed) {
      const newer = Object.assign({}, ...this.queue.map(({ set }) => set));
      if (this.flying && !(mine && seq === this.flying.seq)) Object.assign(newer, this.flying.set);
      this.apply(Object.fromEntries(Object.entries(changed).filter(([name]) => !(name in newer))));
      this.count();
    }
    if (mine && seq === this.flying.seq) {
      this.land();
      this.say(this.shown.summary);
      this.send();
    }
  }
}

export default {
  render({ model, el }) {
    const view = new PanelView(model, el);
    return () => view.end();
  },
};
