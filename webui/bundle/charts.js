// The one door to ECharts: only the shapes we draw with, drawn as SVG so that they print sharp and need no inline style.
import { use, init } from 'echarts/core';
import { BarChart, CustomChart, ScatterChart } from 'echarts/charts';
import { GridComponent, MarkLineComponent } from 'echarts/components';
import { SVGRenderer } from 'echarts/renderers';

use([BarChart, CustomChart, ScatterChart, GridComponent, MarkLineComponent, SVGRenderer]);

// A chart in a container that has its size from our style sheet; it follows the container when that changes.
export function create(container) {
  const chart = init(container, null, { renderer: 'svg' });
  new ResizeObserver(() => chart.resize()).observe(container);
  return chart;
}
