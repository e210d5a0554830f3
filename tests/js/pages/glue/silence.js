// Never comes to an end with loading.
export default () => new Promise(() => {});
