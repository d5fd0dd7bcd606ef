import { BarChart, LineChart } from 'echarts/charts';
import { AriaComponent, GridComponent, TooltipComponent } from 'echarts/components';
import { init, use } from 'echarts/core';
import { CanvasRenderer } from 'echarts/renderers';

use([AriaComponent, BarChart, CanvasRenderer, GridComponent, LineChart, TooltipComponent]);

/**
 * <div data-chart="line|bar" data-table="id" data-unit="%"> draws the table of that id: the first column names the points, every column
 * whose header carries data-series (its value: accent, waiting, plain) is one series. The table stays: it is the chart's text version.
 */
function draw(place) {
  const table = document.getElementById(place.dataset.table);
  const heads = [...table.tHead.rows[0].cells];
  const rows = [...table.tBodies[0].rows];
  const unit = place.dataset.unit || '';
  const css = getComputedStyle(document.documentElement);
  const colour = name => css.getPropertyValue(name).trim();
  const ink = colour('--chart-ink'), grid = colour('--chart-grid');
  const series = heads.map((head, column) => ({ head, column })).filter(s => 'series' in s.head.dataset);
  const chart = init(place, null, { renderer: 'canvas' });
  chart.setOption({
    animation: false,
    aria: { enabled: true },
    textStyle: { fontFamily: getComputedStyle(document.body).fontFamily },
    grid: { left: 8, right: series.length > 1 ? 88 : 24, top: 20, bottom: 4, containLabel: true },
    // 'richText' is painted on the canvas; the HTML kind needs inline styles, which the page's policy forbids.
    tooltip: { trigger: 'axis', renderMode: 'richText', valueFormatter: v => (Number.isNaN(v) ? '–' : `${v}${unit}`) },
    xAxis: {
      type: 'category',
      data: rows.map(r => r.cells[0].textContent.trim()),
      axisLine: { lineStyle: { color: grid } }, axisTick: { show: false }, axisLabel: { color: ink, hideOverlap: true },
    },
    yAxis: {
      type: 'value', min: 0, minInterval: 1, splitNumber: 4, ...(unit === '%' ? { max: 100, interval: 25 } : {}),
      splitLine: { lineStyle: { color: grid } }, axisLabel: { color: ink, formatter: `{value}${unit}` },
    },
    series: series.map(({ head, column }) => {
      const paint = colour(`--chart-${head.dataset.series || 'accent'}`);
      return {
        type: place.dataset.chart, name: head.textContent.trim(), color: paint, barMaxWidth: 36, lineStyle: { width: 2.5 }, symbolSize: 7,
        data: rows.map(r => {
          const cell = r.cells[column];
          const value = parseFloat(cell.dataset.value || cell.textContent.replace(/[,%\s]/g, ''));
          return 'plain' in r.dataset ? { value, itemStyle: { color: colour('--chart-plain') } } : value; // <tr data-plain>: what the others are compared with
        }),
        endLabel: { show: place.dataset.chart === 'line' && series.length > 1, formatter: '{a}', color: paint },
        label: { show: series.length === 1 && place.clientWidth > rows.length * 60, position: 'top', formatter: `{c}${unit}`, color: ink },
      };
    }),
  });
  return chart;
}

let charts = [];
function drawAll() {
  charts.forEach(c => c.dispose());
  charts = [...document.querySelectorAll('[data-chart]')].filter(p => document.getElementById(p.dataset.table)).map(draw);
}

drawAll();
addEventListener('resize', () => charts.forEach(c => c.resize()));
matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => requestAnimationFrame(drawAll));

// A part of the page that reloads itself every few seconds must not make an unchanged chart flicker.
const drawn = () => [...document.querySelectorAll('[data-chart]')].map(p => document.getElementById(p.dataset.table)?.textContent).join();
let before = drawn();
for (const event of ['htmx:after:swap', 'figures:moved']) document.addEventListener(event, () => { if (drawn() !== before) { before = drawn(); drawAll(); } });
