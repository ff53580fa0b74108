using VampNet.Validation.Verdicts;

namespace VampNet.Validation.Tests.Verdicts;

public sealed class VerdictMarkdownTests
{
    [Fact]
    public void Escape_NameThatWouldBecomeHtml_IsShownLetterByLetter()
    {
        Assert.Equal(
            "&lt;img src=x onerror=alert(1)&gt; [a]\\(b) \\| \\` &amp; b c\uFFFD",
            MarkdownTable.Escape("<img src=x onerror=alert(1)> [a](b) | ` & b\nc\u001b")
        );
    }

    [Fact]
    public void Write_AFailedReport_IsThisText() =>
        Assert.Equal(
            """
            | graph | nodes | parameters | size | worst \|difference\| | ULP | tokens equal | verdict |
            | --- | ---: | ---: | ---: | ---: | ---: | ---: | --- |
            | coarse.onnx | 1,234 | 335,893,664 | 1.34 GB | 2.0e+0 | 1,073,741,824 | 3 of 4 | FAIL |
            | codec_encoder.onnx | 12 | 345 | 678 B | - | - | - | not judged |

            ## coarse.onnx

            Against TorchSharp, seed 7, budget sample: |difference| <= 5.0e-1, ties up to 2.5e-1. for tests

            | B | T | mean \|difference\| | worst \|difference\| | worst element | tokens equal | widest margin | verdict |
            | ---: | ---: | ---: | ---: | --- | ---: | ---: | --- |
            | 1 | 2 | 1.3e-1 | 5.0e-1 | [0, 1, 0] expected 3, actual 3.5 | 2 of 2 | 0.0e+0 | pass |
            | 1 | 3 | 5.0e-1 | 2.0e+0 | [0, 0, 0] expected 0, actual 2 | 1 of 2 | 1.0e+0 | FAIL |

            - B 1, T 3, [0, 0]: token 1 expected, 0 chosen, margin 1.0e+0

            """,
            VerdictMarkdown.Write(SampleReports.OneFailedCase())
        );
}
