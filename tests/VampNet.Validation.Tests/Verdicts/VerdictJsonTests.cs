using System.Text.Json;
using VampNet.Validation.Verdicts;

namespace VampNet.Validation.Tests.Verdicts;

public sealed class VerdictJsonTests
{
    [Fact]
    public void Write_AReport_ReadsBackTheSame()
    {
        string json = VerdictJson.Write(SampleReports.OneFailedCase());

        Assert.Equal(json, VerdictJson.Write(VerdictJson.Read(json)));
    }

    [Fact]
    public void Write_AReport_SaysThePlaceValuesAndVerdict()
    {
        using JsonDocument json = JsonDocument.Parse(VerdictJson.Write(SampleReports.OneFailedCase()));
        JsonElement verdict = json.RootElement.GetProperty("verdicts")[0];
        JsonElement worst = verdict.GetProperty("cases")[1].GetProperty("difference").GetProperty("worst");

        Assert.False(json.RootElement.GetProperty("passed").GetBoolean());
        Assert.False(verdict.GetProperty("passed").GetBoolean());
        Assert.Equal("sample", verdict.GetProperty("budget").GetProperty("name").GetString());
        Assert.Equal([0, 0, 0], worst.GetProperty("index").EnumerateArray().Select(each => each.GetInt32()));
        Assert.Equal((0f, 2f), (worst.GetProperty("expected").GetSingle(), worst.GetProperty("actual").GetSingle()));
        Assert.Equal(2.0, worst.GetProperty("absolute_error").GetDouble());
    }

    [Fact]
    public void Write_NaN_IsKeptAsText()
    {
        string json = VerdictJson.Write(SampleReports.NotANumber());

        Assert.Contains("\"NaN\"", json, StringComparison.Ordinal);
        Assert.False(VerdictJson.Read(json).Passed);
    }

    [Theory]
    [InlineData("<html>")]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("""{"graphs":null,"verdicts":[]}""")]
    public void Read_NoReport_IsRefused(string json) =>
        Assert.Equal("VNV0103", Assert.Throws<ValidationException>(() => VerdictJson.Read(json)).Id);
}
