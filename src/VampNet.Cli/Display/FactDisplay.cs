namespace VampNet.Cli.Display;

/// <summary>Writes facts to the output, one per line: a label and its value.</summary>
internal static class FactDisplay
{
    /// <summary>Writes facts with their values aligned. A value of several lines is indented to its place.</summary>
    /// <param name="terminal">Terminal to write to.</param>
    /// <param name="facts">Labels and values.</param>
    public static void WriteFacts(this Terminal terminal, params IReadOnlyCollection<(string Label, string Value)> facts)
    {
        int width = facts.Max(fact => fact.Label.Length) + 2;
        foreach ((string label, string value) in facts)
        {
            terminal.Output.WriteLine($"{label.PadRight(width)}{value.ReplaceLineEndings($"\n{new string(' ', width)}")}".TrimEnd());
        }
    }
}
