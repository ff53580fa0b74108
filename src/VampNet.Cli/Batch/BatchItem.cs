namespace VampNet.Cli.Batch;

/// <summary>One input of a batch, with the name of its output.</summary>
/// <param name="Input">The full path of the file to read.</param>
/// <param name="Name">The output's path below the output folder, with <c>/</c> between folders.</param>
internal sealed record BatchItem(string Input, string Name);
