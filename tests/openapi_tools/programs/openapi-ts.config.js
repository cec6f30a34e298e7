export default ["api", "control"].map((name) => ({
  input: `${name}.json`,
  output: { path: `generated/${name}`, module: { extension: ".js" } },
}));
