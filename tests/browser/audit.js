/* Looks at everything visible, inside shadow roots too, and returns what is wrong: names, references, ids, pictures,
   sizes of targets, and the contrast of every text with what is behind it. */
() => {
  const found = [];
  const all = [];
  const collect = (root) => {
    for (const element of root.querySelectorAll("*")) {
      all.push(element);
      if (element.shadowRoot) collect(element.shadowRoot);
    }
  };
  collect(document);

  const text = (element) => (element.textContent || "").trim();
  const say = (element, what) => found.push(`${element.localName}.${element.className?.baseVal ?? element.className}: ${what}`);
  const shown = (element) => element.checkVisibility({ visibilityProperty: true, opacityProperty: true });
  const hiddenFromReaders = (element) => {
    for (let at = element; at; at = at.parentElement ?? at.getRootNode().host) if (at.getAttribute?.("aria-hidden") === "true") return true;
    return false;
  };
  const named = (element) => {
    const root = element.getRootNode();
    const by = element.getAttribute("aria-labelledby");
    if (by) return by.split(" ").some((id) => text(root.getElementById(id) ?? {}) !== "");
    const label = element.id && root.querySelector(`label[for="${CSS.escape(element.id)}"]`);
    return Boolean(element.getAttribute("aria-label") || (label && text(label)) || element.labels?.length || text(element) || element.alt);
  };

  const ids = new Map();
  for (const element of all) {
    const root = element.getRootNode();
    for (const name of ["aria-labelledby", "aria-describedby", "for"]) {
      for (const id of (element.getAttribute(name) ?? "").split(" ").filter(Boolean)) {
        if (!root.getElementById(id)) say(element, `${name} points to no element: ${id}`);
      }
    }
    if (element.id) {
      if (!ids.has(root)) ids.set(root, new Set());
      if (ids.get(root).has(element.id)) say(element, `the id ${element.id} is there twice`);
      ids.get(root).add(element.id);
    }
    if (element.localName === "img" && !element.hasAttribute("alt")) say(element, "a picture without alt");
    if (!shown(element)) continue;
    const control = element.matches("button,a[href],input:not([type=hidden]),textarea,select,[role=radio],[role=checkbox]");
    if (control && !hiddenFromReaders(element) && !named(element)) say(element, "a control without a name");
    if (control && element.matches("firasa-quiz *, button") && element.getRootNode() instanceof ShadowRoot) {
      const box = element.matches("[type=checkbox]") ? element.closest("label").getBoundingClientRect() : element.getBoundingClientRect();
      if (box.height < 43.5 || box.width < 40) say(element, `a small target: ${box.width.toFixed(1)} x ${box.height.toFixed(1)}`);
    }
    if (element.matches("[role=radiogroup],[role=group],dialog") && !named(element)) say(element, "a group without a name");
  }

  const rgb = (value) => {
    const [r, g, b, a = 1] = (value.match(/[\d.]+/g) ?? [0, 0, 0, 0]).map(Number);
    return /^color\(srgb/.test(value) ? [r * 255, g * 255, b * 255, a] : [r, g, b, a];
  };
  const over = (top, below) => [0, 1, 2].map((at) => top[at] * top[3] + below[at] * (1 - top[3])).concat(1);
  const behind = (element) => {
    const layers = [];
    for (let at = element; at; at = at.parentElement ?? at.getRootNode().host) {
      const colour = rgb(getComputedStyle(at).backgroundColor);
      if (colour[3] > 0) layers.push(colour);
      if (colour[3] === 1) break;
    }
    return layers.reduceRight((below, top) => over(top, below), [255, 255, 255, 1]);
  };
  const light = ([r, g, b]) => {
    const [x, y, z] = [r, g, b].map((v) => v / 255).map((v) => (v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4));
    return 0.2126 * x + 0.7152 * y + 0.0722 * z;
  };
  for (const element of all) {
    const own = [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim());
    if (!own || !shown(element) || element.matches("script,style,title,option,.visually-hidden,.unseen,[aria-disabled=true] *,[aria-disabled=true]")) continue;
    const style = getComputedStyle(element);
    const ground = behind(element);
    const ink = over(rgb(style.color), ground);
    const [a, b] = [light(ink), light(ground)].sort((p, q) => q - p);
    const large = parseFloat(style.fontSize) >= 24 || (parseFloat(style.fontSize) >= 18.66 && style.fontWeight >= 700);
    const ratio = (a + 0.05) / (b + 0.05);
    if (ratio < (large ? 3 : 4.5)) say(element, `contrast ${ratio.toFixed(2)} of "${text(element).slice(0, 30)}"`);
  }
  return found;
}
