export { findData } from './find-data.ts'
export { type InitAnswers, initAnswers } from './init-questions.ts'
export { type NewProject, newProject } from './new-project.ts'
