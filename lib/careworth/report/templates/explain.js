// Every number that names its metric (data-key) becomes a button; its explanation stands once in the page's glossary.
(() => {
  const box = document.getElementById("about");
  const entryOf = (place) => document.getElementById(`about-${place.dataset.key.split(".")[0]}`);
  const part = (name, words) => Object.assign(document.createElement(name), { textContent: words });
  const makeAskable = () => {
    for (const place of [...document.querySelectorAll("[data-key]:not(:has(> .ask))")].filter(entryOf)) {
      const button = Object.assign(part("button", ""), { type: "button", className: "ask", ariaExpanded: "false" });
      Object.assign(button, { ariaHasPopup: "dialog", ariaDescription: "What is this number?" });
      button.append(...place.childNodes);
      place.append(button);
    }
  };
  // What each number counts: many sentences, so they travel packed.
  let sentences = {};
  const bytes = Uint8Array.from(atob(document.getElementById("sentences").textContent), (sign) => sign.charCodeAt(0));
  const unpacked = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  new Response(unpacked).json().then((found) => (sentences = found));
  // In a table the interval, the number of cases and the grade stand in the same row.
  const beside = (place, name) => {
    const heads = [...(place.closest("table")?.tHead?.rows[0].cells ?? [])];
    return place.closest("tr")?.cells[heads.findIndex((head) => head.textContent === name)]?.textContent;
  };
  const answers = (place, entry) => {
    const text = (name) => entry.querySelector(name)?.textContent;
    const grade = place.dataset.grade ?? beside(place, "grade");
    const meaning = document.getElementById(`grade-${grade}`)?.textContent;
    return Object.entries({
      Interval: place.dataset.interval ?? (beside(place, "interval") || "none is worked out for this number"),
      Of: place.dataset.of ?? beside(place, "n"),
      Definition: text(".meaning"),
      "This number": sentences[place.dataset.key],
      Formula: text(".formula"),
      Grade: meaning && `${grade}, ${meaning}`,
      Source: text(".source"),
    }).filter(([, words]) => words);
  };
  const fill = (place, entry) => {
    box.querySelector("dl").replaceChildren(...answers(place, entry).flatMap(([name, words]) => [part("dt", name), part("dd", words)]));
    box.querySelector("p").textContent = `${entry.querySelector("dt").textContent}: ${place.textContent.trim()}`;
    box.querySelector("a").href = `#${entry.id}`;
  };
  // Below the sentence, row or tile where there is room, else above it: never over what is read.
  const settle = (place) => {
    const at = (place.closest("article") ?? place.closest("p, tr, li, dd") ?? place).getBoundingClientRect();
    box.style.maxHeight = "";
    const [above, below] = [at.top, innerHeight - at.bottom].map((room) => Math.max(room - 14, 120));
    const isBelow = box.offsetHeight <= below || below >= above;
    box.style.maxHeight = `${isBelow ? below : above}px`;
    const left = Math.max(12, Math.min(place.getBoundingClientRect().left, document.documentElement.clientWidth - box.offsetWidth - 12));
    const top = isBelow ? at.bottom + 6 : at.top - 6 - box.offsetHeight;
    Object.assign(box.style, { left: `${left + scrollX}px`, top: `${top + scrollY}px` });
  };
  let [asked, pressed, isOpen] = [null, null, () => box.matches(":popover-open")];
  const show = (button) => {
    [asked, button.ariaExpanded] = [button, "true"];
    fill(button.parentElement, entryOf(button.parentElement));
    box.showPopover();
    settle(button);
    box.focus({ preventScroll: true });
  };
  box.addEventListener("beforetoggle", ({ newState }) => newState === "closed" && (asked.ariaExpanded = "false"));
  box.addEventListener("toggle", () => !isOpen() && document.activeElement === document.body && asked.focus({ preventScroll: true }));
  // A press beside the box closes it before the click arrives: a second click on the same number leaves it closed.
  addEventListener("pointerdown", () => (pressed = isOpen() ? asked : null), true);
  addEventListener("click", ({ target, detail }) => {
    const [button, link] = ["button.ask", "#about a"].map((name) => target.closest?.(name));
    if ((button || link) && isOpen()) box.hidePopover();
    if (button && !(detail && pressed === button)) show(button);
    if (link) entryOf(asked.parentElement).closest("details").open = true;
  });
  // Tab leaves the box to where it was asked from, not to the end of the page.
  box.addEventListener("keydown", (event) => {
    if (event.key !== "Tab" || event.target !== (event.shiftKey ? box : box.querySelector("button"))) return;
    if (event.shiftKey) event.preventDefault();
    box.hidePopover();
  });
  makeAskable();
  new MutationObserver(makeAskable).observe(document.querySelector("main"), { childList: true, subtree: true });
})();
