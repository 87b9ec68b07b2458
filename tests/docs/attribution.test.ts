import { holdExamples } from './examples.ts';

holdExamples('attribution.md');
