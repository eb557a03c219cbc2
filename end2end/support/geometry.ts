/** Whether everything on a page has room: texts in their boxes, boxes in theirs, nothing on anything else. */

import { expect, type Page } from '@playwright/test';

/** Waits until nothing is cut off, nothing sticks out, and no control lies on anything. */
export async function everythingHasRoom(page: Page, where: string): Promise<void> {
  await expect.poll(() => page.evaluate(faults), { message: where }).toEqual([]);
}

/** Waits until no text is shown or told in plain letters but what is somebody's own. */
export async function everyTextIsTranslated(page: Page, where: string): Promise<void> {
  await expect.poll(() => page.evaluate(plainTexts), { message: where }).toEqual([]);
}

/** Runs in the page. */
function plainTexts(): string[] {
  // A notice stays in the language in which it was told.
  const isOwn = (element: Element): boolean => element.closest('[translate=no], bdi, code, script, .toasts') !== null;
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const found: string[] = [];
  while (texts.nextNode()) {
    const { parentElement, textContent } = texts.currentNode;
    if (parentElement && !isOwn(parentElement)) found.push(textContent ?? '');
  }
  for (const name of ['aria-label', 'title', 'placeholder', 'alt']) {
    for (const element of document.querySelectorAll(`[${name}]`)) {
      if (!isOwn(element)) found.push(element.getAttribute(name) ?? '');
    }
  }
  return found.filter((text) => /[a-z]/i.test(text));
}

/** Runs in the page. */
function faults(): string[] {
  type Axis = 'x' | 'y';
  interface Text {
    element: Element;
    lines: DOMRect[];
  }
  /** What may stick out, in CSS pixels: lengths are rounded, and fonts are higher than their lines. */
  const slack = { x: 1, y: 4 };

  const nameOf = (element: Element): string => {
    const words = element.getAttribute('aria-label') ?? element.textContent?.trim().slice(0, 40) ?? '';
    return `<${element.tagName.toLowerCase()} class="${element.getAttribute('class') ?? ''}"> ${words}`;
  };
  const isShown = (element: Element): boolean =>
    element.checkVisibility({ opacityProperty: true, visibilityProperty: true }) &&
    !element.closest('.visually-hidden, svg *, option') &&
    element.getClientRects().length > 0;
  const isBox = (element: Element): boolean => !['inline', 'contents'].includes(getComputedStyle(element).display);
  /** What somebody is called, or their device, may be shortened. */
  const isOwn = (element: Element): boolean => element.closest('[translate=no], bdi') !== null;
  const parentsOf = (element: Element): Element[] => {
    const parent = element.parentElement;
    return parent && parent !== document.documentElement ? [parent, ...parentsOf(parent)] : [];
  };
  const overflowOf = (element: Element, axis: Axis): string => {
    const { overflowX, overflowY } = getComputedStyle(element);
    return axis === 'x' ? overflowX : overflowY;
  };
  const sticksOut = (inner: DOMRect, outer: DOMRect, axis: Axis): boolean =>
    axis === 'x'
      ? inner.left < outer.left - slack.x || inner.right > outer.right + slack.x
      : inner.top < outer.top - slack.y || inner.bottom > outer.bottom + slack.y;

  /** The box of an element, without what it is meant to stick out by. */
  const boxOf = (element: Element): DOMRect => {
    const { left, top, width, height } = element.getBoundingClientRect();
    const margins = getComputedStyle(element);
    const beyond = (side: string): number => Math.max(0, -parseFloat(margins.getPropertyValue(`margin-${side}`)));
    const [x, y] = [left + beyond('left'), top + beyond('top')];
    return new DOMRect(x, y, left + width - beyond('right') - x, top + height - beyond('bottom') - y);
  };

  const shown = [...document.body.querySelectorAll('*')].filter(isShown);
  const texts: Text[] = shown.flatMap((element) =>
    [...element.childNodes]
      .filter((node) => node.nodeType === Node.TEXT_NODE && node.textContent?.trim())
      .map((node) => {
        const range = document.createRange();
        range.selectNodeContents(node);
        return { element, lines: [...range.getClientRects()] };
      }),
  );

  /** What the boxes around a text do to it along an axis. What can be scrolled is not cut off. */
  const troubleOf = ({ element, lines }: Text, axis: Axis): string[] => {
    const around = [element, ...parentsOf(element)];
    const scroller = around.findIndex((box) => ['auto', 'scroll'].includes(overflowOf(box, axis)));
    const held = scroller < 0 ? around : around.slice(0, scroller);
    const crossed = held.filter(isBox).filter((box) => lines.some((line) => sticksOut(line, box.getBoundingClientRect(), axis)));
    const isShortened = axis === 'x' && isOwn(element) && getComputedStyle(element).textOverflow === 'ellipsis';
    return crossed
      .filter((box) => (overflowOf(box, axis) === 'visible' ? axis === 'x' && getComputedStyle(box).position !== 'fixed' : !isShortened))
      .map((box) => `the text ${nameOf(element)} leaves ${nameOf(box)}`);
  };

  /** A placeholder that is longer than its field. */
  const narrowFields = (): string[] => {
    const ruler = document.createElement('canvas').getContext('2d');
    const fields = shown.filter((element) => element instanceof HTMLInputElement || element instanceof HTMLTextAreaElement);
    const isNarrow = (field: HTMLInputElement | HTMLTextAreaElement): boolean => {
      if (!ruler) return false;
      const { font, lineHeight, paddingLeft, paddingRight } = getComputedStyle(field);
      ruler.font = font;
      const width = field.clientWidth - parseFloat(paddingLeft) - parseFloat(paddingRight);
      const lines = field instanceof HTMLTextAreaElement ? Math.floor(field.clientHeight / parseFloat(lineHeight)) : 1;
      return ruler.measureText(field.placeholder).width > width * lines;
    };
    return fields.filter(isNarrow).map(({ placeholder }) => `no room for ${placeholder}`);
  };

  /** Boxes that leave the one they stand in, or the window sideways. */
  const straying = (): string[] =>
    shown.filter(isBox).flatMap((element) => {
      const inner = boxOf(element);
      const found = sticksOut(inner, new DOMRect(0, 0, innerWidth, innerHeight), 'x') ? [`${nameOf(element)} leaves the window`] : [];
      if (['absolute', 'fixed'].includes(getComputedStyle(element).position)) return found;
      const outer = parentsOf(element).find((parent) => getComputedStyle(parent).display !== 'contents');
      const leaves = (axis: Axis): boolean =>
        outer !== undefined && overflowOf(outer, axis) === 'visible' && sticksOut(inner, outer.getBoundingClientRect(), axis);
      return outer && (leaves('x') || leaves('y')) ? [...found, `${nameOf(element)} leaves ${nameOf(outer)}`] : found;
    });

  /** Controls that lie on other controls or on texts. What opens over the rest is a layer of its own. */
  const onEachOther = (): string[] => {
    const layerOf = (element: Element): Element | null => element.closest('.popover, .panel, .alone, .toasts, .tile');
    const meet = (one: DOMRect, other: DOMRect): boolean =>
      Math.min(one.right, other.right) - Math.max(one.left, other.left) > slack.x &&
      Math.min(one.bottom, other.bottom) - Math.max(one.top, other.top) > slack.y;
    const controls = shown.filter((element) => element.matches('button, input, select, textarea, a[href]'));
    const things = [...controls.map((element) => ({ element, lines: [element.getBoundingClientRect()] })), ...texts];
    return controls.flatMap((control) => {
      const box = control.getBoundingClientRect();
      return things
        .filter(({ element }) => !control.contains(element) && !element.contains(control) && layerOf(control) === layerOf(element))
        .filter(({ lines }) => lines.some((line) => meet(box, line)))
        .map(({ element }) => `${nameOf(control)} lies on ${nameOf(element)}`);
    });
  };

  const tooWide = document.documentElement.scrollWidth - document.documentElement.clientWidth;
  return [
    ...(tooWide > 0 ? [`the page is ${tooWide} px too wide`] : []),
    ...texts.flatMap((text) => [...troubleOf(text, 'x'), ...troubleOf(text, 'y')]),
    ...narrowFields(),
    ...straying(),
    ...onEachOther(),
  ];
}
