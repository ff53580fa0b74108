using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace VampNet.Cli;

/// <summary>The usual help page, with examples at its end.</summary>
/// <param name="page">Prints the usual page.</param>
/// <param name="examples">Command lines that work as they stand.</param>
internal sealed class ExampleHelpAction(HelpAction page, IReadOnlyList<string> examples) : SynchronousCommandLineAction
{
    /// <inheritdoc/>
    public override bool ClearsParseErrors => true;

    /// <inheritdoc/>
    public override int Invoke(ParseResult parseResult)
    {
        int exitCode = page.Invoke(parseResult);
        TextWriter output = parseResult.InvocationConfiguration.Output;
        output.WriteLine(examples.Count == 1 ? "Example:" : "Examples:");
        foreach (string example in examples)
        {
            output.WriteLine($"  {example}");
        }

        return exitCode;
    }
}
