using System.CommandLine;
using System.CommandLine.Help;

namespace VampNet.Cli.Tests;

public class OverviewTests
{
    [Theory]
    [InlineData(int.MaxValue)]
    [InlineData(200)]
    [InlineData(120)]
    [InlineData(80)]
    [InlineData(79)]
    [InlineData(40)]
    public void Write_AnyWidth_IsThePageOfTheParser(int width)
    {
        using var captured = new CapturedTerminal();
        RootCommand root = VampNetCommand.Create(captured.Terminal);
        ((HelpAction)root.Options.OfType<HelpOption>().Single().Action!).MaxWidth = width;
        using StringWriter expected = new(),
            actual = new();

        root.Parse(["--help"]).Invoke(new InvocationConfiguration { Output = expected });
        Overview.Write(actual, width);

        Assert.Equal(expected.ToString().Replace(RootCommand.ExecutableName, Edition.Name, StringComparison.Ordinal), actual.ToString());
    }

    [Theory]
    [InlineData(true, "--help")]
    [InlineData(true, "-h")]
    [InlineData(true, "-?")]
    [InlineData(false)]
    [InlineData(false, "--version")]
    [InlineData(false, "vamp", "--help")]
    [InlineData(false, "--help", "vamp")]
    public void IsAskedForBy_OneWordThatAsksForHelp_IsTrue(bool expected, params string[] arguments) =>
        Assert.Equal(expected, Overview.IsAskedForBy(arguments));
}
