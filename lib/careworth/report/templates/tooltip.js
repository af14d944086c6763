// What a mark tells when a pointer rests on it or a finger taps it: text alone. It stays while the pointer is on it, and
// Escape takes it away (WCAG 1.4.13).
const tooltip = (() => {
  const [GAP, EDGE, GRACE_MILLISECONDS] = [14, 8, 250];
  const unsaid = new Set(["", "null", "undefined", "NaN"]);
  const box = Object.assign(document.createElement("div"), { id: "tooltip", hidden: true });
  box.setAttribute("role", "tooltip");
  document.body.append(box);
  let [shown, dismissed, leaving] = [null, null, undefined];

  const line = ([name, value]) => {
    const row = document.createElement("tr");
    row.append(...[name, value].map((text) => Object.assign(document.createElement("td"), { textContent: text })));
    return row;
  };
  const lines = (told) => {
    const all = typeof told === "object" ? Object.entries(told) : [["", told]];
    return all.filter(([, value]) => !unsaid.has(String(value))).map(line);
  };
  // Beside the pointer and below it, or on the other side of it where the window ends.
  const along = (at, size, room) => {
    const beside = at + GAP + size > room - EDGE ? at - GAP - size : at + GAP;
    return Math.max(EDGE, Math.min(beside, room - EDGE - size));
  };
  const place = ({ clientX, clientY }) => {
    const { width, height } = box.getBoundingClientRect();
    const { clientWidth, clientHeight } = document.documentElement;
    box.style.left = `${along(clientX, width, clientWidth)}px`;
    box.style.top = `${along(clientY, height, clientHeight)}px`;
  };
  const hide = () => {
    clearTimeout(leaving);
    [box.hidden, shown] = [true, null];
  };
  const leave = () => {
    clearTimeout(leaving);
    leaving = setTimeout(() => box.matches(":hover") || hide(), GRACE_MILLISECONDS);
  };
  const show = (event, item, told) => {
    clearTimeout(leaving);
    if (item === dismissed) return;
    if (item !== shown) {
      const table = document.createElement("table");
      table.append(...lines(told));
      box.replaceChildren(table);
    }
    [box.hidden, shown, dismissed] = [false, item, null];
    place(event);
  };

  box.addEventListener("pointerleave", leave);
  addEventListener("scroll", hide, { passive: true });
  addEventListener("keydown", ({ key }) => {
    if (key !== "Escape" || box.hidden) return;
    dismissed = shown;
    hide();
  });
  return {
    hover: (_, event, item, told) => {
      if (event.pointerType === "touch") return;
      if (told == null || told === "") {
        dismissed = null;
        leave();
      } else show(event, item, told);
    },
    tap: (event, item) => {
      if (event.pointerType !== "touch") return;
      if (item?.tooltip && item !== shown) show(event, item, item.tooltip);
      else hide();
    },
  };
})();
