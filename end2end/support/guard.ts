/** What may never happen in any test, whatever the test is about. */

import type { BrowserContext, Page } from '@playwright/test';

export class Guard {
  private readonly found: string[] = [];
  private readonly tolerated: RegExp[] = [];

  /** Watches everything that happens in a context. */
  watch(context: BrowserContext, who: string): void {
    context.on('console', (message) => {
      if (message.type() === 'error') this.report(who, `console: ${message.text()}`);
    });
    context.on('weberror', (error) => this.report(who, `uncaught: ${error.error()}`));
    context.on('page', (page) => this.watchPage(page, who));
  }

  private watchPage(page: Page, who: string): void {
    page.on('crash', () => this.report(who, 'the page crashed'));
    page.on('request', (request) => {
      const { protocol, hostname } = new URL(request.url());
      const isOurs = hostname === '127.0.0.1' || hostname === 'meet.test' || protocol === 'data:' || protocol === 'blob:';
      if (!isOurs) this.report(who, `a request to somebody else: ${request.url()}`);
    });
  }

  /** Accepts what a test provokes on purpose. */
  tolerate(expected: RegExp): void {
    this.tolerated.push(expected);
  }

  /**
   * Accepts that browsers say on the console that a socket broke or cannot be opened, and that nobody
   * answers the question why.
   */
  tolerateLossOfServer(): void {
    this.tolerate(/WebSocket|wss?:\/\/|Failed to load resource/);
  }

  /** Accepts, besides, that Firefox calls it an error when two people cannot reach each other. */
  tolerateLossOfNetwork(): void {
    this.tolerateLossOfServer();
    this.tolerate(/WebRTC: ICE failed/);
  }

  /** What went wrong that no test provoked. */
  get problems(): string[] {
    return this.found.filter((problem) => !this.tolerated.some((expected) => expected.test(problem)));
  }

  private report(who: string, what: string): void {
    this.found.push(`${who}: ${what}`);
  }
}
