import { holdExamples } from './examples.ts';

holdExamples('desk.md');
