// What each metric means, built from the packed texts: half the page would be definitions otherwise. Every part is text.
const glossary = (() => {
  const part = (name, text, className = "") => Object.assign(document.createElement(name), { textContent: text, className });
  const entry = ({ id, name, meaning, formula, more, source }) => {
    const told = part("dd", "", "small");
    told.append(part("span", formula, "formula"), `. ${more} Source of the definition: `, part("span", source, "source"), ".");
    const made = Object.assign(part("div", ""), { id: `about-${id}`, tabIndex: -1 });
    made.append(part("dt", `${id} ${name}`), part("dd", meaning, "meaning"), told);
    return made;
  };
  return { build: (entries) => document.getElementById("glossary")?.append(...entries.map(entry)) };
})();
