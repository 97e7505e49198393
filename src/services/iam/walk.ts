export { keep, walkRows } from '../../store/walk.ts';
