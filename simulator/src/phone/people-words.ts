import { page } from './page.ts'

const es = {
  identity: 'Su identidad en WhatsApp',
  seenAs: 'Esta empresa lo conoce como',
  username: 'Nombre de usuario (vacío: ninguno)',
  newNumber: 'Su número nuevo',
  change: 'Cambiar',
  recycle: 'Su número pasa a otra persona',
  recycled: 'Otra persona',
  forget: 'Que las empresas olviden su número',
  reinstall: 'Reinstalar WhatsApp (otra clave)',
  unfit: 'Nada le llega porque',
  fit: 'le llega todo',
  terms: 'no aceptó las condiciones',
  client: 'su WhatsApp es muy viejo',
  play: 'Escuchar',
  played: 'Escuchada',
}
type PeopleWords = typeof es

const pt: PeopleWords = {
  identity: 'Sua identidade no WhatsApp',
  seenAs: 'Esta empresa o conhece como',
  username: 'Nome de usuário (vazio: nenhum)',
  newNumber: 'Seu novo número',
  change: 'Mudar',
  recycle: 'O número passa a outra pessoa',
  recycled: 'Outra pessoa',
  forget: 'As empresas esquecem o número',
  reinstall: 'Reinstalar o WhatsApp (outra chave)',
  unfit: 'Nada chega porque',
  fit: 'chega tudo',
  terms: 'não aceitou os termos',
  client: 'o WhatsApp é muito antigo',
  play: 'Ouvir',
  played: 'Ouvida',
}

const en: PeopleWords = {
  identity: 'Their identity on WhatsApp',
  seenAs: 'This business knows them as',
  username: 'Username (empty: none)',
  newNumber: 'Their new number',
  change: 'Change',
  recycle: 'Their number goes to somebody else',
  recycled: 'Somebody else',
  forget: 'Businesses forget their number',
  reinstall: 'Install WhatsApp anew (another key)',
  unfit: 'Nothing arrives because',
  fit: 'everything arrives',
  terms: 'the terms are not accepted',
  client: 'their WhatsApp is too old',
  play: 'Play',
  played: 'Played',
}

const languages: Readonly<Record<string, PeopleWords>> = { es, pt, en }

/** In the language of the page. */
export const peopleWords = (): PeopleWords => languages[page.language] ?? es
