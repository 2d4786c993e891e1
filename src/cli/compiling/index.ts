export { compileProject, type Fresh, type ReadFiles, targetOf } from './compile-project.ts'
