using System.Reflection;
using System.Text.RegularExpressions;
using VampNet.Onnx.ShapeInference;
using VampNet.TestSupport;

namespace VampNet.Onnx.Tests;

public sealed partial class DiagnosticIdTests
{
    [Theory]
    [InlineData(typeof(DiagnosticIds), "onnx.md")]
    [InlineData(typeof(InferenceDiagnosticIds), "shape-inference.md")]
    public void EveryId_HasOneRowOnItsPage(Type ids, string page)
    {
        string text = File.ReadAllText(Path.Combine(Golden.RepositoryRoot, "docs", "errors", page));
        IEnumerable<string> defined = ids.GetFields(BindingFlags.Public | BindingFlags.Static)
            .Select(field => (string)field.GetRawConstantValue()!);
        Assert.Equal(defined.Order(StringComparer.Ordinal), Row().Matches(text).Select(match => match.Groups[1].Value));
    }

    [GeneratedRegex(@"^\| (VNO\d{4}) \|", RegexOptions.Multiline)]
    private static partial Regex Row();
}
