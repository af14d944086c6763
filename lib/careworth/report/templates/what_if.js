(() => {
  const model = JSON.parse(document.getElementById("model").textContent);
  const panel = document.getElementById("what-if");
  const part = (name) => panel.querySelector(`.${name}`);
  const sliders = [...panel.querySelectorAll("input[type=range]")];
  const assumed = panel.querySelector("input[type=checkbox]");

  // --- the draws: the first points of a Sobol sequence, the same on every screen and in Python (what_if_draws.py) ---

  const DRAWS = 4096;
  const LAST = model.inputs.find((input) => input.quantiles.length).quantiles.length - 1;
  const MIDDLE = LAST / 2;
  const numbers = (valueAt) => Float64Array.from({ length: DRAWS }, (_, at) => valueAt(at));
  const clamp = (value, least, most) => Math.min(Math.max(value, least ?? -Infinity), most ?? Infinity);
  const between = (table, place) => {
    const at = Math.min(Math.floor(place), table.length - 2);
    return table[at] + (place - at) * (table[at + 1] - table[at]);
  };

  const placeOf = numbers((point) => {
    const share = (point + 0.5) / DRAWS;
    const above = model.shares.findIndex((known) => known >= share);
    const below = model.shares[above - 1];
    return ((above - 1 + (share - below) / (model.shares[above] - below)) * LAST) / (model.shares.length - 1);
  });
  const point = (directions, draw) => directions.reduce((sum, number, bit) => ((draw >> bit) & 1 ? sum ^ number : sum), 0);
  const inputs = new Map(model.inputs.map((input) => [input.name, input]));
  for (const input of model.inputs.filter((one) => one.quantiles.length)) {
    input.own = numbers((draw) => placeOf[point(input.directions, draw)]);
  }
  for (const input of model.inputs) {
    const parts = Object.entries(input.mix ?? { [input.name]: 1 });
    const place = (draw) => parts.reduce((sum, [name, weight]) => sum + weight * (inputs.get(name).own[draw] - MIDDLE), MIDDLE);
    input.drawn = numbers((draw) => (input.own ? between(input.quantiles, clamp(place(draw), 0, LAST)) : input.mean));
  }

  // --- the return ---

  const factorsOf = (line, values) =>
    line.factors.map((factor) => {
      const isRest = factor.startsWith("1 - ");
      const drawn = values.get(isRest ? factor.slice(4) : factor);
      return isRest ? drawn.map((value) => 1 - value) : drawn;
    });
  const sumOf = (lines, values) => {
    const sum = new Float64Array(DRAWS);
    for (const factors of lines.map((line) => factorsOf(line, values))) {
      for (let draw = 0; draw < DRAWS; draw += 1) sum[draw] += factors.reduce((product, factor) => product * factor[draw], 1);
    }
    return sum;
  };
  const drawsOf = (input, chosen) => {
    if (!chosen.has(input.name)) return input.drawn;
    const shift = chosen.get(input.name) - input.mean;
    return input.drawn.map((value) => clamp(value + shift, input.least, input.most));
  };

  // Sorted returns; null where a draw would cost nothing.
  const returns = (chosen, withAssumptions) => {
    const values = new Map(model.inputs.map((input) => [input.name, drawsOf(input, chosen)]));
    const cost = sumOf(model.lines.filter((line) => line.side === "cost"), values);
    const counts = (line) => line.side === "gain" && (withAssumptions || line.grade !== "C");
    const gain = sumOf(model.lines.filter(counts), values);
    return cost.every((spent) => spent > 0) ? gain.map((value, draw) => value / cost[draw] - 1).sort() : null;
  };
  const quantile = (sorted, share) => between(sorted, share * (sorted.length - 1));
  const summary = (sorted) => ({
    median: quantile(sorted, 0.5),
    low: quantile(sorted, 0.05),
    high: quantile(sorted, 0.95),
    chance: sorted.filter((value) => value > 0).length / DRAWS,
  });
  // The report's own result, moved as far as the draws move: with nothing changed it is that result to the last digit.
  const outcome = (after, before, told) => {
    const [now, then] = [summary(after), summary(before)];
    const moved = Object.fromEntries(Object.keys(now).map((name) => [name, told[name] + (now[name] - then[name])]));
    return { ...moved, chance: clamp(moved.chance, 0, 1) };
  };

  // --- words, as the page has them ---

  const ratio = (value) => {
    const percent = Math.round(100 * value);
    return percent ? `${percent > 0 ? "+" : "\u2212"}${Math.abs(percent)} %` : "0 %";
  };
  const words = ({ unit, digits }, value) => {
    const [first, ...rest] = unit.split(" ");
    const shown = Number(((first === "share" ? 100 : 1) * value).toFixed(digits));
    const [whole, decimals] = Math.abs(shown).toFixed(digits).split(".");
    const size = whole.replace(/\B(?=(\d{3})+$)/g, " ") + (decimals ? `.${decimals}` : "");
    const isMoney = first && first === first.toUpperCase();
    const told = first === "share" ? [size, "%"] : isMoney ? [first, size] : [size, first];
    return (shown < 0 ? "\u2212" : "") + [...told, ...rest].join(" ").trim();
  };
  const sentence = (shown, isMoved) => {
    const hundred = Math.round(100 * shown.chance);
    const range = `Nine outcomes in ten ${isMoved ? "would lie" : "lie"} between ${ratio(shown.low)} and ${ratio(shown.high)}.`;
    if (hundred % 100) return `${range} The chance that it earned more than it cost: ${hundred} in 100.`;
    return `${range} In practically all of them it earned ${hundred ? "more" : "less"} than it cost.`;
  };

  // --- the picture: fifty dots, each two outcomes in a hundred; hollow and grey is the analyst's ---

  const [WIDTH, EDGE, FLOOR, COLUMNS] = [340, 14, 92, 30];
  // With room around the analyst's outcomes, so that the axis moves only with a large change.
  const axisOf = (before, after) => {
    const [first, last] = [quantile(before, 0.01), quantile(before, 0.99)];
    const room = 0.2 * (last - first);
    return [Math.min(0, first - room, quantile(after, 0.01)), Math.max(0, last + room, quantile(after, 0.99))];
  };
  const dots = (sorted, step) => {
    const heights = new Map();
    return Array.from({ length: 50 }, (_, at) => {
      // Columns are counted from break-even, so that none holds both losses and gains.
      const column = Math.floor(quantile(sorted, (2 * at + 1) / 100) / step);
      heights.set(column, (heights.get(column) ?? 0) + 1);
      return { value: (column + 0.5) * step, height: heights.get(column) };
    });
  };
  const draw = (after, before, shown, told) => {
    const [low, high] = axisOf(before, after);
    const step = (high - low) / COLUMNS;
    const x = (value) => EDGE + ((clamp(value, low, high) - low) / (high - low)) * (WIDTH - 2 * EDGE);
    const [now, then] = [dots(after, step), dots(before, step)];
    const rise = Math.min(11, (FLOOR - 14) / Math.max(...now.map((dot) => dot.height), ...then.map((dot) => dot.height)));
    const circle = (name) => (dot) => `<circle class="${name}" cx="${x(dot.value)}" cy="${FLOOR - (dot.height - 0.5) * rise}" r="${rise * 0.44}"/>`;
    const bar = (name, { low: from, high: to, median }, y) =>
      `<g class="${name}"><line x1="${x(from)}" x2="${x(to)}" y1="${y}" y2="${y}"/><circle cx="${x(median)}" cy="${y}" r="5"/></g>`;
    const even = `<line class="even" x1="${x(0)}" x2="${x(0)}" y1="14" y2="${FLOOR + 30}"/>`;
    const right = x(0) > WIDTH * 0.7;
    const label = `<text x="${x(0) + (right ? -4 : 4)}" y="11" text-anchor="${right ? "end" : "start"}">break-even</text>`;
    part("picture").innerHTML = [
      ...then.map(circle("then")),
      ...now.map((dot) => circle(dot.value < 0 ? "loss" : "gain")(dot)),
      even,
      label,
      bar("then", told, FLOOR + 11),
      bar("now", shown, FLOOR + 22),
    ].join("");
  };

  // --- the sliders: each counts its steps from the analyst's value, which it meets exactly ---

  const valueOf = (slider) => inputs.get(slider.name).mean + Number(slider.value) * Number(slider.dataset.step);
  const labelOf = (slider) => slider.labels[0].textContent;
  const base = [false, true].map((counted) => returns(new Map(), counted));

  const changes = () => {
    const moved = sliders.filter((slider) => Number(slider.value));
    const lines = moved.map((slider) => {
      const input = inputs.get(slider.name);
      return `${labelOf(slider)}: ${words(input, valueOf(slider))} instead of ${words(input, input.mean)}`;
    });
    return assumed?.checked ? [...lines, assumed.labels[0].textContent.trim()] : lines;
  };
  let waiting;
  const update = () => {
    const counted = assumed?.checked ?? false;
    const chosen = new Map(sliders.filter((slider) => Number(slider.value)).map((slider) => [slider.name, valueOf(slider)]));
    const [lines, told, before, after] = [changes(), model.results.measured, base[0], returns(chosen, counted)];
    const isMoved = lines.length > 0;
    for (const slider of sliders) {
      const shown = words(inputs.get(slider.name), valueOf(slider));
      slider.closest(".slider").classList.toggle("moved", Number(slider.value) !== 0);
      slider.closest(".slider").querySelector("b").textContent = shown;
      slider.setAttribute("aria-valuetext", Number(slider.value) ? shown : `${shown}, the analyst's value`);
    }
    panel.classList.toggle("moved", isMoved);
    part("state").textContent = isMoved ? "What if: these are your assumptions, not the result." : "These are the analyst's values.";
    part("changed").replaceChildren(...lines.map((line) => Object.assign(document.createElement("li"), { textContent: line })));
    const start = base[Number(counted)];
    const shown = after && start && outcome(after, start, counted ? model.results.assumed : told);
    part("middle").textContent = shown ? ratio(shown.median) : "No return";
    part("words").textContent = shown ? sentence(shown, isMoved) : "In some outcomes it would have cost nothing, and a return on nothing is no number.";
    if (shown) draw(after, before, shown, told);
    panel.dataset.outcome = JSON.stringify(shown);
    clearTimeout(waiting);
    waiting = setTimeout(() => (part("spoken").textContent = ["state", "middle", "words"].map((name) => part(name).textContent).join(" ")), 500);
  };
  const reset = () => {
    sliders.forEach((slider) => (slider.value = 0));
    if (assumed) assumed.checked = false;
    update();
  };
  [...sliders, ...(assumed ? [assumed] : [])].forEach((control) => control.addEventListener("input", update));
  part("reset").addEventListener("click", reset);
  part("controls").hidden = false;
  part("unscripted").hidden = true;
  panel.querySelector("details").open = false;
  update();
})();
