// Judges the description of the API by the published schema of OpenAPI 3.1. Environment: BASE.
import { Validator } from '@seriousme/openapi-schema-validator';

const answer = await fetch(process.env.BASE + '/openapi.json');
const validator = new Validator();
const result = await validator.validate(await answer.json());
console.log('VERSION ' + validator.version);
console.log(result.valid ? 'VALID' : 'INVALID ' + JSON.stringify(result.errors).slice(0, 4000));
console.log('OPERATIONS ' + Object.values(validator.specification.paths).flatMap(item => Object.keys(item)).length);
