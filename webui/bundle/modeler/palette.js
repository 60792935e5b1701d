// The palette: tools, then our kinds of steps. It stands in for the one of bpmn-js, which offers what cannot run.
import { TEMPLATES, shapes } from './templates.js';

class Palette {
  constructor(palette, canvas, create, elementFactory, handTool, lassoTool, spaceTool, globalConnect, translate) {
    Object.assign(this, { canvas, create, elementFactory, handTool, lassoTool, spaceTool, globalConnect, translate });
    palette.registerProvider(this);
  }

  getPaletteEntries() {
    return { ...this.tools(), ...Object.fromEntries(TEMPLATES.map((one) => [`make-${one.id}`, this.entry(one)])) };
  }

  tools() {
    const tool = (icon, title, click) => ({ group: 'tools', className: icon, title: this.translate(title), action: { click } });
    return {
      hand: tool('bpmn-icon-hand-tool', 'Activate hand tool', (event) => this.handTool.activateHand(event)),
      lasso: tool('bpmn-icon-lasso-tool', 'Activate lasso tool', (event) => this.lassoTool.activateSelection(event)),
      space: tool('bpmn-icon-space-tool', 'Activate create/remove space tool', (event) => this.spaceTool.activateSelection(event)),
      connect: tool('bpmn-icon-connection-multi', 'Activate global connect tool', (event) => this.globalConnect.start(event)),
      line: { group: 'tools', separator: true },
    };
  }

  entry(template) {
    const start = (event) => {
      const made = shapes(template, this.elementFactory, this.canvas);
      this.create.start(event, made, { hints: { autoSelect: made.slice(0, 1) } });
    };
    return { group: template.group, className: template.icon, title: template.title, action: { dragstart: start, click: start } };
  }
}
Palette.$inject = ['palette', 'canvas', 'create', 'elementFactory', 'handTool', 'lassoTool', 'spaceTool', 'globalConnect', 'translate'];

export default { __init__: ['paletteProvider'], paletteProvider: ['type', Palette] };
