/** What a browser that translates pages does to them. */

import type { BrowserContext } from '@playwright/test';

/**
 * `wraps` moves each text into elements of its own; `replaces` puts elements with another text in
 * its place, as Chromium does.
 */
export type Translation = 'wraps' | 'replaces';

export async function pretendTranslator(context: BrowserContext, translation: Translation): Promise<void> {
  await context.addInitScript(pretend, translation);
}

function pretend(translation: Translation): void {
  const translate = (text: Text): void => {
    const parent = text.parentElement;
    if (!parent || !text.data.trim()) return;
    if (parent.closest('font, script, style, textarea, title, svg, [translate="no"]')) return;
    const outer = document.createElement('font');
    const inner = outer.appendChild(document.createElement('font'));
    text.replaceWith(outer);
    inner.append(translation === 'wraps' ? text : text.data);
  };
  const translateAll = (): void => {
    if (!document.body) return;
    const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    const found: Text[] = [];
    while (texts.nextNode()) found.push(texts.currentNode as Text);
    found.forEach(translate);
  };
  new MutationObserver(translateAll).observe(document, { childList: true, characterData: true, subtree: true });
}
