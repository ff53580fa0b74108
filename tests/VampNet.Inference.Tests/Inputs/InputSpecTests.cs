using VampNet.Inference.Inputs;
using VampNet.Onnx;

namespace VampNet.Inference.Tests.Inputs;

public class InputSpecTests
{
    [Theory]
    [InlineData("image:FLOAT32[1,3,H=320,W=320]", "image", ElementType.Float, "1,3,H=320,W=320", null)]
    [InlineData("image:float16[B,3,?,W=32]0..1", "image", ElementType.Float16, "B,3,?,W=32", "0..1")]
    [InlineData("ids:int32<30522", "ids", ElementType.Int32, null, "0..30521")]
    [InlineData("ids:int32[1, T = 128] <30522", "ids", ElementType.Int32, "1,T=128", "0..30521")]
    [InlineData("rate:int64=16000", "rate", ElementType.Int64, null, "=16000")]
    [InlineData("x:0..1", "x", null, null, "0..1")]
    [InlineData("x:-1.5..2e3", "x", null, null, "-1.5..2000")]
    [InlineData("x:[2,5]-1..1", "x", null, "2,5", "-1..1")]
    [InlineData("input:0:uint8[1,H=8]", "input:0", ElementType.UInt8, "1,H=8", null)]
    [InlineData("s:bool[]", "s", ElementType.Bool, "", null)]
    [InlineData("s:=0.5", "s", null, null, "=0.5")]
    [InlineData("b:bf16", "b", ElementType.BFloat16, null, null)]
    public void TryParse_AllForms_AreRead(string text, string name, ElementType? type, string? axes, string? range)
    {
        Assert.True(InputSpec.TryParse(text, out InputSpec? spec, out string? problem), problem);

        Assert.Equal((name, type), (spec.Name, spec.Type));
        Assert.Equal(axes, spec.Axes is { } read ? string.Join(',', read) : null);
        Assert.Equal(range, spec.Range?.ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("image")]
    [InlineData(":float32")]
    [InlineData("image:")]
    [InlineData("image:float33")]
    [InlineData("image:float32[1,3")]
    [InlineData("image:float32[1,-3]")]
    [InlineData("image:float32[1,,3]")]
    [InlineData("image:float32[H=]")]
    [InlineData("image:float32[H=1=2]")]
    [InlineData("image:float32[99999999999999]")]
    [InlineData("image:float32[(=2]")]
    [InlineData("x:1..0")]
    [InlineData("x:0..")]
    [InlineData("x:<0")]
    [InlineData("x:<1.5")]
    [InlineData("x:=")]
    [InlineData("x:=nan")]
    [InlineData("x:uint8=256")]
    [InlineData("x:int64=0.5")]
    [InlineData("x:bool0..2")]
    public void TryParse_WhatIsNone_SaysWhy(string text)
    {
        Assert.False(InputSpec.TryParse(text, out _, out string? problem));

        Assert.NotEmpty(problem);
    }

    [Fact]
    public void TryParse_Strings_AreRefusedWithTheReason()
    {
        Assert.False(InputSpec.TryParse("text:string[1]", out _, out string? problem));

        Assert.Contains("tokenizer", problem, StringComparison.Ordinal);
    }

    [Fact]
    public void TryParse_DamagedTexts_NeverThrow()
    {
        var random = new SplitMix64(7);
        const string Alphabet = "aT1:[],=<.-? 0e+float32";
        for (int i = 0; i < 20000; i++)
        {
            char[] text = new char[random.Next() % 24];
            for (int at = 0; at < text.Length; at++)
            {
                text[at] = Alphabet[(int)(random.Next() % (ulong)Alphabet.Length)];
            }

            _ = InputSpec.TryParse(new string(text), out _, out _);
        }
    }

    [Fact]
    public void Parse_AFile_GivesTheSameAsTexts()
    {
        const string Json = """
            {
              "image": "FLOAT32[1,3,H=320,W=320]0..1",
              "ids": { "type": "int32", "shape": [1, "T=128"], "below": 30522 },
              "rate": { "value": 16000 },
              "x": { "range": [-1, 0.5], "shape": ["B", 7] },
            }
            """;

        IEnumerable<string> read = InputSpecFile.Parse(Json, "inputs.json").Select(spec => spec.ToString());

        Assert.Equal(["image:float[1,3,H=320,W=320]0..1", "ids:int32[1,T=128]0..30521", "rate:=16000", "x:[B,7]-1..0.5"], read);
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{\"x\": 1}")]
    [InlineData("{\"x\": {\"kind\": 1}}")]
    [InlineData("{\"x\": {\"below\": \"5\"}}")]
    [InlineData("{\"x\": {\"range\": [1]}}")]
    [InlineData("{\"x\": \"float33\"}")]
    [InlineData("{\"x\": \"\\ud800\"}")]
    [InlineData("{\"\\ud800\": \"float32\"}")]
    [InlineData("{\"x\": {\"shape\": [\"\\udc00\"]}}")]
    public void Parse_NoSuchObject_IsRefused(string json) =>
        Assert.Equal("VNI0346", Assert.Throws<InferenceException>(() => InputSpecFile.Parse(json, "inputs.json")).Id);

    [Fact]
    public void Parse_DamagedJson_GivesOnlyDiagnostics()
    {
        const string Json =
            """{"a": "float32[1,H=3]0..1", "b": {"type": "int32", "shape": [1, "T=8"], "below": 9}, "c": {"range": [-1, 1]}}""";
        const string Alphabet = "{}[]\":,0129.eE-+\\u<=?TH ";
        var random = new SplitMix64(28);
        for (int i = 0; i < 20000; i++)
        {
            char[] text = Json[..(random.NextUnit() < 0.2 ? (int)(random.NextUnit() * Json.Length) : Json.Length)].ToCharArray();
            for (int edit = 0; edit < 3 && text.Length > 0; edit++)
            {
                text[(int)(random.NextUnit() * text.Length)] = Alphabet[(int)(random.NextUnit() * Alphabet.Length)];
            }

            try
            {
                _ = InputSpecFile.Parse(new string(text), "inputs.json");
            }
            catch (InferenceException error)
            {
                Assert.Equal("VNI0346", error.Id);
            }
        }
    }
}
