using VampNet.Runtime.Audio;
using VampNet.Runtime.Models;

namespace VampNet.Runtime.Tests;

public sealed class VampRecordTests(ExportedModels exported)
{
    private static readonly AudioClip Clip = VampNetPipelineTests.Chord(8000, 0.1);

    [Fact]
    public void Parse_WhatToJsonWrote_GivesTheSameRecord()
    {
        VampOptions options = new()
        {
            Seed = ulong.MaxValue,
            Mask = new()
            {
                PeriodicPrompt = 3,
                BeatTimes = [0.5, 1.25],
                Dropout = 0.1,
            },
            GivenMask = new TokenGrid<bool>(1, 2, 3, [true, false, true, false, false, true]),
            Coarse = new()
            {
                Steps = 5,
                Sampling = new()
                {
                    TopP = 0.9f,
                    TopK = 12,
                    FilterTypical = true,
                },
            },
            RestoreLoudness = true,
        };

        string json = VampRecord.Of(Clip, exported.Micro, options).ToJson();
        VampRecord back = VampRecord.Parse(json, "out.json");

        Assert.Equal(json, back.ToJson());
        Assert.Equal(options.GivenMask.Values, back.Options.GivenMask!.Values);
        Assert.Equal(options.Mask.BeatTimes, back.Options.Mask.BeatTimes);
        Assert.Equal(options.Coarse, back.Options.Coarse);
        Assert.Contains("\"periodic_prompt\": 3", json);
        back.RequireSame(Clip, exported.Micro);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("null")]
    [InlineData("[1, 2]")]
    [InlineData("""{"format":"vampnet-vamp/2","tool":"","input_sha256":"","models":{},"threads":2,"options":{}}""")]
    [InlineData("""{"format":"vampnet-vamp/1","tool":"","input_sha256":"","models":{},"threads":2,"options":{"speed":1}}""")]
    [InlineData("""{"format":"vampnet-vamp/1","tool":"","input_sha256":"","models":{},"threads":2,"options":{"seed":-1}}""")]
    [InlineData("""{"format":"vampnet-vamp/1","tool":"","input_sha256":"","models":{},"threads":2,"options":{"coarse":null}}""")]
    [InlineData("""{"format":"vampnet-vamp/1","tool":"","input_sha256":"","models":{},"threads":2,"options":{"given_mask":["01","0"]}}""")]
    [InlineData("""{"format":"vampnet-vamp/1","tool":"","input_sha256":"","models":{},"threads":2,"options":{"given_mask":["02"]}}""")]
    [InlineData("""{"format":"vampnet-vamp/1","tool":"","input_sha256":"","models":{},"threads":2,"options":{"given_mask":[null]}}""")]
    public void Parse_AnythingElse_IsRefused(string json) =>
        Assert.Equal("VNR0501", Assert.Throws<RuntimeException>(() => VampRecord.Parse(json, "out.json")).Id);

    [Fact]
    public void RequireSame_AnotherInput_IsRefused() =>
        Refused("an input of SHA-256", VampRecord.Of(Clip, exported.Micro, new()), new AudioClip(8001, Clip.Channels), exported.Micro);

    [Fact]
    public void RequireSame_OtherModels_IsRefused() =>
        Refused("codec_encoder.onnx of SHA-256", VampRecord.Of(Clip, exported.Micro, new()), Clip, exported.Tiny);

    [Fact]
    public void RequireSame_AnotherNumberOfThreads_IsRefused()
    {
        VampRecord record = VampRecord.Of(Clip, exported.Micro, new());

        Refused(
            $"the number of threads {exported.Micro.Threads}.\nExpected {record.Threads + 1},",
            record with
            {
                Threads = record.Threads + 1,
            },
            Clip,
            exported.Micro
        );
    }

    private static void Refused(string says, VampRecord record, AudioClip clip, VampNetModels models)
    {
        RuntimeException error = Assert.Throws<RuntimeException>(() => record.RequireSame(clip, models));
        Assert.Equal("VNR0502", error.Id);
        Assert.Contains($"Found {says} ", error.Message);
    }
}
