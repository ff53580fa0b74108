using System.Text.Json.Nodes;
using VampNet.TestSupport;

namespace VampNet.Reporting.Tests;

public sealed class ReportJsonTests
{
    [Fact]
    public void Read_WhatWasWritten_IsTheSameReport()
    {
        string json = ReportJson.Write(ReportSamples.Whole);

        RunReport read = ReportJson.Read(json);

        Assert.Equal(json, ReportJson.Write(read));
        Assert.Equal(double.PositiveInfinity, read.Quantized[0].Loss.SignalToNoise);
    }

    [Theory]
    [InlineData("<html>")]
    [InlineData("null")]
    [InlineData("{}")]
    public void Read_AnythingElse_IsRefused(string text) =>
        Assert.Equal("VNP0103", Assert.Throws<ReportingException>(() => ReportJson.Read(text)).Id);

    [Fact]
    public void Read_AnotherForm_IsRefusedByName()
    {
        string json = ReportJson.Write(ReportSamples.Whole).Replace(RunReport.CurrentFormat, "vampnet-report/9", StringComparison.Ordinal);

        Assert.Contains(
            "vampnet-report/9",
            Assert.Throws<ReportingException>(() => ReportJson.Read(json)).Message,
            StringComparison.Ordinal
        );
    }

    // Run with VAMPNET_ACCEPT_API=1, it writes the schema anew.
    [Fact]
    public void Schema_CheckedIn_IsThatOfTheCode()
    {
        string path = Path.Combine(Golden.RepositoryRoot, "docs", "report.schema.json");
        if (Environment.GetEnvironmentVariable("VAMPNET_ACCEPT_API") == "1")
        {
            File.WriteAllText(path, ReportJson.Schema());
        }

        Assert.Equal(File.ReadAllText(path), ReportJson.Schema());
    }

    [Fact]
    public void Schema_EveryMemberOfAReport_IsDescribed()
    {
        JsonObject schema = JsonNode.Parse(ReportJson.Schema())!.AsObject();
        string[] members = [.. JsonNode.Parse(ReportJson.Write(ReportSamples.Whole))!.AsObject().Select(member => member.Key)];

        Assert.NotEmpty(members);
        Assert.Equal(members.Order(), schema["properties"]!.AsObject().Select(member => member.Key).Order());
    }
}
