// The Source Overview page as a reader uses it: cards, tabs, rows. Reads what is rendered, with JavaScript and without.
import { expect, type Locator, type Page } from '@playwright/test';

export type StepTitle =
  | 'Events successfully received'
  | 'Failed on ingest'
  | 'Filtered at source'
  | 'Eligible events';
export type TabTitle = 'Discard reason' | 'Event type' | 'Event name' | 'App version' | 'Library';

const STEP_SLUGS: Record<StepTitle, string> = {
  'Events successfully received': 'received',
  'Failed on ingest': 'failed',
  'Filtered at source': 'filtered',
  'Eligible events': 'eligible',
};

export interface TableRow {
  name: string;
  count: number;
  share: string;
}

export class OverviewPage {
  readonly page: Page;
  /** The breakdown table. */
  readonly table: Locator;
  /** The panel of the selected step. */
  readonly panel: Locator;
  /** What opens the choice of a range, and says the shown one. */
  readonly rangeButton: Locator;
  /** What opens the choice of a comparison, and says the shown one. */
  readonly compareButton: Locator;
  private readonly scripted: boolean;

  constructor(page: Page, scripted: boolean | undefined) {
    this.page = page;
    this.table = page.locator('table.table--breakdown');
    this.panel = page.locator('.inspect');
    this.rangeButton = page.locator('.toolbar summary.button');
    this.compareButton = page.locator('.toolbar summary.toolbar__compare');
    this.scripted = scripted ?? true;
  }

  /** A card of the pipeline. */
  card(step: StepTitle): Locator {
    return this.page.locator(`.step[data-step="${STEP_SLUGS[step]}"]`);
  }

  radio(step: StepTitle): Locator {
    return this.page.getByRole('radio', { name: step });
  }

  tab(title: TabTitle): Locator {
    return this.page.getByRole('navigation', { name: 'Break down by' }).getByRole('link', { name: title });
  }

  /** Holds live numbers still, so that several of them can be read as of one instant. Without JavaScript they always are. */
  async pause(): Promise<void> {
    if (!this.scripted) return;
    const button = this.page.locator('button.live');
    await button.click();
    await expect(button).toHaveText(/^Paused/);
  }

  /** The number on a card, as it stands right now. */
  async stepCount(step: StepTitle): Promise<number> {
    const count = this.card(step).locator('.step__count');
    return countOf(((await count.getAttribute('title')) ?? (await count.innerText())).trim());
  }

  /** All four numbers, in the order of the page. */
  async stepCounts(): Promise<[number, number, number, number]> {
    return [
      await this.stepCount('Events successfully received'),
      await this.stepCount('Failed on ingest'),
      await this.stepCount('Filtered at source'),
      await this.stepCount('Eligible events'),
    ];
  }

  /** Selects a step by its card and returns once its panel is shown. */
  async selectStep(step: StepTitle): Promise<void> {
    // The label spans the whole card.
    await this.card(step).locator('label').click();
    await expect(this.radio(step)).toBeChecked();
    if (!this.scripted) await this.page.getByRole('button', { name: 'Show step' }).click();
    await this.expectStep(step);
  }

  /** Chooses one of the five ranges and returns once it is shown. */
  async chooseRange(title: string): Promise<void> {
    await this.rangeButton.click();
    await this.page.locator('.toolbar').getByRole('link', { name: title }).click();
    await this.expectRange(title);
  }

  /** Opens the choice of a range. */
  async openRange(): Promise<Locator> {
    await this.rangeButton.click();
    return this.rangePanel();
  }

  rangePanel(): Locator {
    return this.page.getByRole('group', { name: 'Time range' });
  }

  /** Opens the choice of a comparison. */
  async openCompare(): Promise<Locator> {
    await this.compareButton.click();
    return this.page.getByRole('group', { name: 'Compare with' });
  }

  /** Fills in a date (`2026-11-05`) and a time (`09:00`), however the page asks for them. */
  async fillMoment(panel: Locator, label: string, date: string, time: string): Promise<void> {
    if (!this.scripted) {
      await panel.getByLabel(label, { exact: true }).fill(`${date}T${time}`);
      return;
    }
    await panel.getByLabel(`${label}, date`).fill(date);
    await panel.getByLabel(`${label}, time`).fill(time);
  }

  /** The facts beside the chart, by name. */
  async facts(): Promise<Record<string, string>> {
    const rows = await this.panel.locator('.facts__row').all();
    const pairs = rows.map(async (row) => [
      await textOf(row.locator('dt')),
      await textOf(row.locator('dd')),
    ]);
    return Object.fromEntries(await Promise.all(pairs)) as Record<string, string>;
  }

  async expectRange(title: string): Promise<void> {
    await expect(this.rangeButton).toHaveText(`Time range: ${title}`);
  }

  /** Counts or percentages. */
  async showAs(title: 'Counts' | 'Percentages'): Promise<void> {
    await this.page.getByRole('radio', { name: title }).check();
    if (!this.scripted) await this.page.getByRole('button', { name: 'Apply' }).click();
    await expect(this.page.getByRole('radio', { name: title })).toBeChecked();
  }

  /** The address holds this state. Forms without JavaScript write parameters in their own order, and defaults too. */
  async expectAddress(href: string): Promise<void> {
    const wanted = stateOf(new URL(href, this.page.url()));
    await expect(this.page).toHaveURL((url) => stateOf(url) === wanted);
  }

  /** The panel is of this step. */
  async expectStep(step: StepTitle): Promise<void> {
    await expect(this.panel.getByRole('heading', { level: 2 })).toHaveText(step);
    await expect(this.radio(step)).toBeChecked();
  }

  /** Opens a tab and returns once its table is shown. */
  async openTab(title: TabTitle): Promise<void> {
    await this.tab(title).click();
    await this.expectTab(title);
  }

  /** The table is of this tab. */
  async expectTab(title: TabTitle): Promise<void> {
    await expect(this.table.getByRole('columnheader').first()).toHaveText(title);
    await expect(this.tab(title)).toHaveAttribute('aria-current', 'true');
  }

  /** Pins a row of the table, or unpins it. */
  async pin(name: string): Promise<void> {
    const pin = this.table.getByRole('link', { name: new RegExp(`^(Pin|Unpin) ${name}$`) });
    // It shows itself under the pointer.
    await pin.locator('xpath=ancestor::tr').hover();
    await pin.click();
  }

  /** The rows on the shown page of the table. */
  async rows(): Promise<TableRow[]> {
    const rows = await this.table.locator('tbody tr').all();
    return Promise.all(rows.map(readRow));
  }

  /** The rows of all pages of the table. */
  async allRows(): Promise<TableRow[]> {
    const rows = await this.rows();
    while (await this.nextPage().count()) {
      await this.turn(this.nextPage());
      rows.push(...(await this.rows()));
    }
    return rows;
  }

  nextPage(): Locator {
    return this.page.locator('.table-foot').getByRole('link', { name: 'Next' });
  }

  previousPage(): Locator {
    return this.page.locator('.table-foot').getByRole('link', { name: 'Previous' });
  }

  /** `1–10 of 23 event names` */
  async position(): Promise<string> {
    return textOf(this.page.locator('.table-foot > span').first());
  }

  /** Follows a link of the table's foot and returns once another page of it is shown. */
  async turn(link: Locator): Promise<void> {
    const before = await this.position();
    await link.click();
    await expect(this.page.locator('.table-foot > span').first()).not.toHaveText(before);
  }

  /** The sum under the table. */
  async total(): Promise<number> {
    const total = this.table.locator('tfoot tr').filter({ has: this.page.getByRole('rowheader', { name: 'Total' }) });
    return countOf(await textOf(total.locator('.count__n')));
  }
}

function stateOf(url: URL): string {
  const defaults = ['step=received', 'range=24h', 'as=counts'];
  const parameters = [...url.searchParams].map(([name, value]) => `${name}=${value}`);
  return `${url.pathname}?${parameters.filter((parameter) => !defaults.includes(parameter)).sort().join('&')}`;
}

async function readRow(row: Locator): Promise<TableRow> {
  return {
    name: await textOf(row.locator('th .row-name__link')),
    count: countOf(await textOf(row.locator('.count__n'))),
    share: await textOf(row.locator('.cell-share')),
  };
}

/** What is there, laid out or not: of a panel that the browser has not laid out yet `innerText` may be empty. */
async function textOf(locator: Locator): Promise<string> {
  return ((await locator.textContent()) ?? '').trim();
}

/** `480,919` */
export function countOf(text: string): number {
  if (!/^\d{1,3}(,\d{3})*$/.test(text)) throw new Error(`“${text}” is not a count`);
  return Number(text.replaceAll(',', ''));
}

/** Rows as counts by name, to be compared with what was sent. */
export function byName(rows: TableRow[]): Record<string, number> {
  return Object.fromEntries(rows.map((row) => [row.name, row.count]));
}
