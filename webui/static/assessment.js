// 考核月报的两幅图：数据在页面的 JSON 里，颜色取自记号；同样的数字另有一张表给读屏和打印。
import { create } from './dist/charts.js';

const token = (name) => getComputedStyle(document.documentElement).getPropertyValue(`--k-${name}`).trim();
const font = () => getComputedStyle(document.body).fontFamily;
const read = (box) => JSON.parse(document.getElementById(box.dataset.figures).textContent);
const BASE = { animation: false, textStyle: { fontFamily: font(), fontSize: 12 } };

// 环节及时率：上月空心，本月实心，连线表示变化。
function shares(chart, data) {
  const names = data.rows.map((row) => row.name);
  const at = (key) => data.rows.map((row, index) => (row[key] === null ? null : [row[key] / 10, index])).filter(Boolean);
  const moved = data.rows.map((row, index) => [(row.before ?? row.now) / 10, row.now / 10, index]);
  chart.setOption({
    ...BASE,
    grid: { left: 4, right: 124, top: 4, bottom: 22, containLabel: true },
    xAxis: {
      type: 'value', min: data.begin, max: 100, splitNumber: 5, splitLine: { lineStyle: { color: token('line') } },
      axisLabel: { color: token('ink-3'), formatter: (value) => `${value}` },
    },
    yAxis: {
      type: 'category', data: names, inverse: true, axisLine: { show: false }, axisTick: { show: false },
      axisLabel: { color: token('ink'), fontSize: 13, margin: 16, align: 'left', padding: [0, 0, 0, -Math.max(...names.map((name) => name.length)) * 13] },
      splitLine: { show: true, lineStyle: { color: token('line-2') } },
    },
    series: [
      {
        type: 'custom', silent: true, encode: { x: [0, 1], y: 2 }, data: moved,
        renderItem: (_, api) => {
          const [a, b] = [api.coord([api.value(0), api.value(2)]), api.coord([api.value(1), api.value(2)])];
          return { type: 'line', shape: { x1: a[0], y1: a[1], x2: b[0], y2: b[1] }, style: { stroke: token('accent-line'), lineWidth: 2 } };
        },
      },
      { type: 'scatter', silent: true, symbolSize: 11, data: at('before'), itemStyle: { color: token('surface'), borderColor: token('bar'), borderWidth: 2, opacity: 1 } },
      { type: 'scatter', silent: true, symbolSize: 12, data: at('now'), itemStyle: { color: token('accent'), opacity: 1 } },
      {
        type: 'scatter', silent: true, symbolSize: 0.01, data: data.rows.map((row, index) => [100, index]),
        label: {
          show: true, position: 'right', distance: 14, color: token('ink'),
          formatter: ({ dataIndex }) => `{value|${data.rows[dataIndex].now / 10}%}{of|${data.rows[dataIndex].said}}`,
          rich: { value: { fontWeight: 600, fontSize: 13, width: 48 }, of: { color: token('ink-3'), width: 52, align: 'right' } },
        },
      },
    ],
  }, true);
}

// 超时次数：每个部门一小幅，同一把尺；满次数的一柱标红。
function multiple(chart, data, row) {
  const last = data.months.length - 1;
  const colour = (count, index) => (count >= data.every ? token(index === last ? 'late-solid' : 'late-line') : token(index === last ? 'accent' : 'accent-line'));
  chart.setOption({
    ...BASE,
    grid: { left: 2, right: 2, top: 20, bottom: 20 },
    xAxis: { type: 'category', data: data.months, axisTick: { show: false }, axisLine: { lineStyle: { color: token('edge') } }, axisLabel: { color: token('ink-3'), interval: 0 } },
    yAxis: { type: 'value', show: false, min: 0, max: data.most },
    series: [{
      type: 'bar', silent: true, barWidth: '68%',
      data: row.counts.map((count, index) => ({ value: count, itemStyle: { color: colour(count, index), borderRadius: [2, 2, 0, 0] } })),
      label: { show: true, position: 'top', color: token('ink-2'), fontSize: 12 },
      markLine: { silent: true, symbol: 'none', label: { show: false }, lineStyle: { color: token('late'), type: 'dashed', width: 1, opacity: 0.7 }, data: [{ yAxis: data.every }] },
    }],
  }, true);
}

const drawings = [];
for (const box of document.querySelectorAll('[data-chart=shares]')) {
  const [chart, data] = [create(box), read(box)];
  drawings.push(() => shares(chart, data));
}
for (const box of document.querySelectorAll('[data-chart=multiples]')) {
  const data = read(box);
  for (const one of box.querySelectorAll('[data-row]')) {
    const chart = create(one);
    drawings.push(() => multiple(chart, data, data.rows[Number(one.dataset.row)]));
  }
}
const draw = () => drawings.forEach((one) => one());
draw();
new MutationObserver(draw).observe(document.documentElement, { attributes: true, attributeFilter: ['data-bs-theme'] });
