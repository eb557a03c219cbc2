/** Whether everything on a page has room: texts in their boxes, boxes in theirs, nothing on anything else. */

import { expect, type Page } from '@playwright/test';

/** Waits until nothing is cut off, nothing sticks out, and nothing lies on anything else. */
export async function everythingHasRoom(page: Page, where: string): Promise<void> {
  await expect.poll(() => page.evaluate(faults), { message: where }).toEqual([]);
}

/** Waits until no text is shown or told in plain letters but what is somebody's own. */
export async function everyTextIsTranslated(page: Page, where: string): Promise<void> {
  await expect.poll(() => page.evaluate(plainTexts), { message: where }).toEqual([]);
}

/** Runs in the page. */
function plainTexts(): string[] {
  const isOwn = (element: Element): boolean => element.closest('[translate=no], bdi, code, script, style, .broken') !== null;
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
  /** What may be missing at an edge, in CSS pixels: fonts are higher than their lines, and lengths are rounded. */
  const slack = { x: 1, y: 4 };
  const found = new Set<string>();
  const name = (element: Element): string => {
    const words = element.getAttribute('aria-label') ?? element.textContent?.trim().slice(0, 40) ?? '';
    return `<${element.tagName.toLowerCase()} class="${element.getAttribute('class') ?? ''}"> ${words}`;
  };
  const isShown = (element: Element): boolean =>
    element.checkVisibility({ opacityProperty: true, visibilityProperty: true }) &&
    !element.closest('.visually-hidden, [hidden]') &&
    element.getClientRects().length > 0;
  const parents = (element: Element): Element[] => {
    const parent = element.parentElement;
    return parent && parent !== document.documentElement ? [parent, ...parents(parent)] : [];
  };
  const sticksOut = (inner: DOMRect, outer: DOMRect): { x: boolean; y: boolean } => ({
    x: inner.left < outer.left - slack.x || inner.right > outer.right + slack.x,
    y: inner.top < outer.top - slack.y || inner.bottom > outer.bottom + slack.y,
  });
  const isOwn = (element: Element): boolean => element.closest('[translate=no], bdi') !== null;

  const { scrollWidth, clientWidth } = document.documentElement;
  if (scrollWidth > clientWidth) found.add(`the page is ${scrollWidth - clientWidth} px too wide`);

  const all = [...document.body.querySelectorAll('*')].filter((element) => !element.closest('svg svg, svg *') && isShown(element));
  const window = new DOMRect(0, 0, innerWidth, innerHeight);

  /** Each text with the boxes of its lines. */
  const texts = all.flatMap((element) =>
    [...element.childNodes]
      .filter((node) => node.nodeType === Node.TEXT_NODE && node.textContent?.trim() && element.tagName !== 'OPTION')
      .map((node) => {
        const range = document.createRange();
        range.selectNodeContents(node);
        return { element, lines: [...range.getClientRects()] };
      }),
  );

  // No text is cut off, and none leaves the box it is in. What can be scrolled is not cut off.
  for (const { element, lines } of texts) {
    let scrolls = { x: false, y: false };
    for (const box of [element, ...parents(element)]) {
      const style = getComputedStyle(box);
      const outer = box.getBoundingClientRect();
      const isBox = style.display !== 'inline' && style.display !== 'contents';
      for (const line of lines) {
        const out = sticksOut(line, outer);
        const cut = (axis: 'x' | 'y'): boolean => {
          const overflow = axis === 'x' ? style.overflowX : style.overflowY;
          return out[axis] && !scrolls[axis] && ['hidden', 'clip'].includes(overflow);
        };
        const isShortened = style.textOverflow === 'ellipsis' && isOwn(element);
        if (isBox && ((cut('x') && !isShortened) || cut('y'))) found.add(`cut off: ${name(element)} by ${name(box)}`);
        if (isBox && out.x && !scrolls.x && style.overflowX === 'visible' && style.position !== 'fixed') {
          found.add(`a text leaves its box: ${name(element)} in ${name(box)}`);
        }
      }
      const can = (overflow: string): boolean => ['auto', 'scroll'].includes(overflow);
      scrolls = { x: scrolls.x || can(style.overflowX), y: scrolls.y || can(style.overflowY) };
      if (style.position === 'fixed') break;
    }
  }

  // What stands in a field before anything is typed fits, too.
  const ruler = document.createElement('canvas').getContext('2d');
  for (const field of document.querySelectorAll<HTMLInputElement | HTMLTextAreaElement>('[placeholder]')) {
    if (!ruler || !isShown(field)) continue;
    const style = getComputedStyle(field);
    ruler.font = style.font;
    const room = field.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight);
    const lines = field instanceof HTMLTextAreaElement ? field.clientHeight / parseFloat(style.lineHeight) : 1;
    if (ruler.measureText(field.placeholder).width > room * Math.floor(lines)) found.add(`does not fit: ${field.placeholder}`);
  }

  // No box leaves the one it stands in, nor the window sideways.
  for (const element of all) {
    const style = getComputedStyle(element);
    if (style.display === 'inline' || style.display === 'contents' || element.tagName === 'OPTION') continue;
    const inner = element.getBoundingClientRect();
    if (sticksOut(inner, window).x) found.add(`outside of the window: ${name(element)}`);
    if (style.position === 'absolute' || style.position === 'fixed') continue;
    const outer = parents(element).find((parent) => getComputedStyle(parent).display !== 'contents');
    if (!outer) continue;
    const { overflowX, overflowY } = getComputedStyle(outer);
    const out = sticksOut(inner, outer.getBoundingClientRect());
    if ((out.x && overflowX === 'visible') || (out.y && overflowY === 'visible')) {
      found.add(`outside of its box: ${name(element)} in ${name(outer)}`);
    }
  }

  // Nothing lies on anything else of the same layer.
  const layer = (element: Element): Element | null => element.closest('.popover, .panel, .alone, .toasts, .tile, .language .problem');
  const isUnder = (rect: DOMRect, element: Element): boolean => {
    const [x, y] = [rect.left + rect.width / 2, rect.top + rect.height / 2];
    const top = document.elementFromPoint(x, y);
    return top !== null && layer(top) !== layer(element);
  };
  const controls = all
    .filter((element) => element.matches('button, input, select, textarea, a[href]'))
    .map((element) => ({ element, rects: [element.getBoundingClientRect()] }));
  const things = [...controls, ...texts.map(({ element, lines }) => ({ element, rects: lines }))];
  const meet = (a: DOMRect, b: DOMRect): boolean =>
    Math.min(a.right, b.right) - Math.max(a.left, b.left) > slack.x &&
    Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > slack.y;
  controls.forEach(({ element, rects: [rect] }) => {
    for (const other of things) {
      if (element.contains(other.element) || other.element.contains(element)) continue;
      if (layer(element) !== layer(other.element) || !rect || isUnder(rect, element)) continue;
      if (other.rects.some((it) => meet(rect, it) && !isUnder(it, other.element))) {
        found.add(`on each other: ${name(element)} and ${name(other.element)}`);
      }
    }
  });
  return [...found];
}
