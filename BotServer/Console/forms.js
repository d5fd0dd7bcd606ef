/** Whether anything in a form is otherwise than the page came with it, or came back without having been taken. */
export function isChanged(form) {
  return 'returned' in form.dataset || [...form.elements].some(differs);
}

function differs(field) {
  if (field.matches('[type=checkbox], [type=radio]')) return field.checked !== field.defaultChecked;
  if (field.matches('[type=file]')) return field.files.length > 0;
  if (field.matches('textarea')) return field.value !== field.defaultValue.replace(/\r\n?/g, '\n');
  if (field.matches('select')) {
    const usual = [...field.options].findIndex(option => option.defaultSelected);
    return field.selectedIndex !== (usual < 0 && !field.multiple ? Math.min(0, field.options.length - 1) : usual);
  }
  if (!field.matches('input:not([type=hidden])')) return false;
  const untouched = field.cloneNode(); // a field of a date writes the same instant its own way
  untouched.value = field.defaultValue;
  return field.value !== untouched.value;
}
