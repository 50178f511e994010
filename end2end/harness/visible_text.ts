// What a page says, in reading order: to be compared with and without JavaScript.
import type { Page } from '@playwright/test';

/** Visible texts and the links' targets. Parts that are meant for one of the two only are left out. */
export async function visibleText(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const found: string[] = [];
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
      const element = node instanceof Element ? node : node.parentElement;
      if (element === null || !element.checkVisibility() || element.closest('.with-script, .without-script')) continue;
      if (node instanceof HTMLAnchorElement) found.push(`→ ${node.getAttribute('href')}`);
      const text = node instanceof Text ? node.data.replaceAll(/\s+/g, ' ').trim() : '';
      if (text !== '') found.push(text);
    }
    return found;
  });
}
