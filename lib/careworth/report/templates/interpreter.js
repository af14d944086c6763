// Vega's expressions as functions, made from their syntax trees: a page that runs no script but its own cannot compile them.
// An expression reaches data and what Vega offers, and nothing else: fields that a value has itself, and never a function.
const interpreter = (() => {
  const constants = {
    NaN, E: Math.E, LN2: Math.LN2, LN10: Math.LN10, LOG2E: Math.LOG2E, LOG10E: Math.LOG10E, PI: Math.PI,
    SQRT1_2: Math.SQRT1_2, SQRT2: Math.SQRT2, MIN_VALUE: Number.MIN_VALUE, MAX_VALUE: Number.MAX_VALUE,
  };
  const unary = { "+": (a) => +a, "-": (a) => -a, "~": (a) => ~a, "!": (a) => !a };
  const binary = {
    "+": (a, b) => a + b, "-": (a, b) => a - b, "*": (a, b) => a * b, "/": (a, b) => a / b, "%": (a, b) => a % b,
    "==": (a, b) => a == b, "!=": (a, b) => a != b, "===": (a, b) => a === b, "!==": (a, b) => a !== b,
    "<": (a, b) => a < b, "<=": (a, b) => a <= b, ">": (a, b) => a > b, ">=": (a, b) => a >= b,
    "&": (a, b) => a & b, "|": (a, b) => a | b, "^": (a, b) => a ^ b,
    "<<": (a, b) => a << b, ">>": (a, b) => a >> b, ">>>": (a, b) => a >>> b,
  };
  const ofDate = (name) => [
    [name.toLowerCase(), (date) => new Date(date)[`get${name}`]()],
    [`utc${name.toLowerCase()}`, (date) => new Date(date)[`getUTC${name}`]()],
  ];
  const mathematics = [
    "abs", "acos", "asin", "atan", "atan2", "ceil", "cos", "exp", "floor", "log", "max", "min", "pow", "round", "sin", "sqrt", "tan",
  ];
  // Those that Vega leaves to whoever runs its expressions; the others come from Vega itself.
  const functions = new Map(
    Object.entries({
      ...Object.fromEntries(mathematics.map((name) => [name, Math[name]])),
      ...Object.fromEntries(["Date", "Day", "Month", "Hours", "Minutes", "Seconds", "Milliseconds"].flatMap(ofDate)),
      isNaN: Number.isNaN, isFinite: Number.isFinite, parseFloat, parseInt,
      clamp: (value, least, most) => Math.max(least, Math.min(most, value)),
      datetime: (first, month = 0, ...rest) => (typeof first === "string" ? new Date(first) : new Date(first, month, ...rest)),
      year: (date) => new Date(date).getFullYear(), utcyear: (date) => new Date(date).getUTCFullYear(),
      time: (date) => new Date(date).getTime(), utc: Date.UTC,
      length: (value) => value?.length,
      upper: (text) => String(text).toUpperCase(), lower: (text) => String(text).toLowerCase(), trim: (text) => String(text).trim(),
      split: (text, sign) => String(text).split(sign), substring: (text, ...ends) => String(text).substring(...ends),
    }),
  );
  const ofEvents = new Set(["view", "item", "group", "xy", "x", "y"]);
  const eventFields = new Set(["item", "altKey", "ctrlKey", "metaKey", "shiftKey"]);

  const field = (value, key) => {
    if (value == null) return undefined;
    const isOpen = value instanceof Event ? eventFields.has(key) : Object.hasOwn(value, key);
    const found = isOpen ? value[key] : undefined;
    if (typeof found === "function") throw new Error("an expression asked for a function");
    return found;
  };
  const callee = (name, offered) => {
    if (ofEvents.has(name)) return (scope, given) => scope.event.vega[name](...given);
    const run = functions.get(name) ?? (name in Object.prototype ? undefined : offered[name]);
    if (typeof run !== "function") throw new Error(`an expression calls ${name}, which is not offered`);
    return (scope, given) => run.apply(offered, given);
  };
  const make = (node, offered) => {
    const of = (child) => make(child, offered);
    const all = (children) => {
      const made = children.map(of);
      return (scope) => made.map((each) => each(scope));
    };
    const ways = {
      Literal: () => () => node.value,
      Identifier: () => {
        if (["datum", "event", "item"].includes(node.name)) return (scope) => scope[node.name];
        if (Object.hasOwn(constants, node.name)) return () => constants[node.name];
        return (scope) => field(scope.signals, `$${node.name}`);
      },
      MemberExpression: () => {
        const [object, key] = [of(node.object), node.computed ? of(node.property) : () => node.property.name];
        return (scope) => field(object(scope), key(scope));
      },
      CallExpression: () => {
        // Vega's own encodings call its functions by their names with a line before them.
        const name = node.callee.name.replace(/^_/, "");
        if (name === "if") return ways.ConditionalExpression(node.arguments);
        const [run, given] = [callee(name, offered), all(node.arguments)];
        return (scope) => run(scope, given(scope));
      },
      UnaryExpression: () => {
        const [run, value] = [unary[node.operator], of(node.argument)];
        return (scope) => run(value(scope));
      },
      BinaryExpression: () => {
        const [run, left, right] = [binary[node.operator], of(node.left), of(node.right)];
        return (scope) => run(left(scope), right(scope));
      },
      LogicalExpression: () => {
        const [left, right] = [of(node.left), of(node.right)];
        return node.operator === "&&" ? (scope) => left(scope) && right(scope) : (scope) => left(scope) || right(scope);
      },
      ConditionalExpression: (parts = [node.test, node.consequent, node.alternate]) => {
        const [test, then, otherwise] = parts.map(of);
        return (scope) => (test(scope) ? then(scope) : otherwise(scope));
      },
      ArrayExpression: () => all(node.elements),
      ObjectExpression: () => {
        const [keys, values] = [node.properties.map(({ key }) => key.name ?? key.value), all(node.properties.map(({ value }) => value))];
        return (scope) => {
          const found = values(scope);
          return Object.fromEntries(keys.map((key, at) => [key, found[at]]));
        };
      },
    };
    if (!Object.hasOwn(ways, node.type)) throw new Error(`an expression of a kind that is not known: ${node.type}`);
    return ways[node.type]();
  };

  const extent = (item, given, isBox, [start, end, centre, size]) => {
    if (given[end] && given[start]) {
      if (isBox && item[start] > item[end]) [item[start], item[end]] = [item[end], item[start]];
      item[size] = item[end] - item[start];
    } else if (given[end]) item[start] = item[end] - (item[size] || 0);
    if (given[centre]) item[start] = item[centre] - (item[size] || 0) / 2;
  };
  const encode = ({ functions: offered }, { marktype, channels }) => {
    const [isBox, isRule] = [["group", "image", "rect"].includes(marktype), marktype === "rule"];
    const made = Object.entries(channels).map(([name, { ast }]) => [name, make(ast, offered)]);
    return (item, signals) => {
      const scope = { signals, datum: item.datum, item };
      let changed = 0;
      for (const [name, value] of made) {
        const found = value(scope);
        if (item[name] !== found) [item[name], changed] = [found, 1];
      }
      if (!isRule) {
        extent(item, channels, isBox, ["x", "x2", "xc", "width"]);
        extent(item, channels, isBox, ["y", "y2", "yc", "height"]);
      }
      return changed;
    };
  };
  const run = (scopeOf) => ({ functions: offered }, { ast }) => {
    const made = make(ast, offered);
    return (...given) => made(scopeOf(...given));
  };
  return {
    operator: run((signals) => ({ signals })),
    parameter: run((datum, signals) => ({ datum, signals })),
    event: run((event) => ({ event })),
    handler: run((signals, event) => ({ signals, event, datum: event.item?.datum })),
    encode,
  };
})();
