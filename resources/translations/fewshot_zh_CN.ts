<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN">
<context>
    <name>AboutDialog</name>
    <message>
        <source>About Fewshot GUI</source>
        <translation>关于 Fewshot GUI</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
    <message>
        <source>Teach picture classes from a handful of examples, classify a folder, correct, and sort it safely.</source>
        <translation>用几张示例教会程序识别图片类别，为整个文件夹分类，更正错误，再安全地整理。</translation>
    </message>
    <message>
        <source>Everything stays on this computer. Licence: MIT.</source>
        <translation>一切都只保存在本机。许可证：MIT。</translation>
    </message>
    <message>
        <source>Made with:</source>
        <translation>使用的软件：</translation>
    </message>
</context>
<context>
    <name>Actions</name>
    <message>
        <source>Open &amp;folder…</source>
        <translation>打开文件夹(&amp;F)…</translation>
    </message>
    <message>
        <source>Open folder</source>
        <translation>打开文件夹</translation>
    </message>
    <message>
        <source>&amp;Sort…</source>
        <translation>整理(&amp;S)…</translation>
    </message>
    <message>
        <source>Sort into folders</source>
        <translation>整理到文件夹</translation>
    </message>
    <message>
        <source>&amp;Undo</source>
        <translation>撤销(&amp;U)</translation>
    </message>
    <message>
        <source>&amp;Redo</source>
        <translation>重做(&amp;R)</translation>
    </message>
    <message>
        <source>&amp;File</source>
        <translation>文件(&amp;F)</translation>
    </message>
    <message>
        <source>Make &amp;classes from a folder of folders…</source>
        <translation>从子文件夹创建类别(&amp;C)…</translation>
    </message>
    <message>
        <source>&amp;New project</source>
        <translation>新建项目(&amp;N)</translation>
    </message>
    <message>
        <source>Open &amp;project…</source>
        <translation>打开项目(&amp;P)…</translation>
    </message>
    <message>
        <source>Open &amp;recent</source>
        <translation>最近的项目(&amp;R)</translation>
    </message>
    <message>
        <source>Save project &amp;as…</source>
        <translation>项目另存为(&amp;A)…</translation>
    </message>
    <message>
        <source>Sorting &amp;runs…</source>
        <translation>整理记录(&amp;R)…</translation>
    </message>
    <message>
        <source>&amp;Export…</source>
        <translation>导出(&amp;E)…</translation>
    </message>
    <message>
        <source>&amp;Quit</source>
        <translation>退出(&amp;Q)</translation>
    </message>
    <message>
        <source>&amp;Edit</source>
        <translation>编辑(&amp;E)</translation>
    </message>
    <message>
        <source>&amp;Paste as examples</source>
        <translation>粘贴为示例(&amp;P)</translation>
    </message>
    <message>
        <source>New &amp;class</source>
        <translation>新建类别(&amp;C)</translation>
    </message>
    <message>
        <source>&amp;Settings…</source>
        <translation>设置(&amp;S)…</translation>
    </message>
    <message>
        <source>&amp;View</source>
        <translation>视图(&amp;V)</translation>
    </message>
    <message>
        <source>&amp;Larger pictures</source>
        <translation>放大图片(&amp;L)</translation>
    </message>
    <message>
        <source>&amp;Smaller pictures</source>
        <translation>缩小图片(&amp;S)</translation>
    </message>
    <message>
        <source>&amp;Review</source>
        <translation>确认图片(&amp;R)</translation>
    </message>
    <message>
        <source>Judge &amp;look-alikes together</source>
        <translation>相似图片一并判断(&amp;L)</translation>
    </message>
    <message>
        <source>Look through the folder &amp;again</source>
        <translation>重新扫描文件夹(&amp;A)</translation>
    </message>
    <message>
        <source>&amp;Example doctor</source>
        <translation>示例体检(&amp;E)</translation>
    </message>
    <message>
        <source>&amp;Measures…</source>
        <translation>统计与图表(&amp;M)…</translation>
    </message>
    <message>
        <source>&amp;Follow the folder</source>
        <translation>跟踪文件夹(&amp;F)</translation>
    </message>
    <message>
        <source>Colours of the s&amp;ystem</source>
        <translation>跟随系统外观(&amp;Y)</translation>
    </message>
    <message>
        <source>L&amp;ight colours</source>
        <translation>浅色外观(&amp;I)</translation>
    </message>
    <message>
        <source>&amp;Dark colours</source>
        <translation>深色外观(&amp;D)</translation>
    </message>
    <message>
        <source>&amp;Help</source>
        <translation>帮助(&amp;H)</translation>
    </message>
    <message>
        <source>&amp;Keys</source>
        <translation>快捷键(&amp;K)</translation>
    </message>
    <message>
        <source>&amp;Diagnostic report…</source>
        <translation>诊断报告(&amp;D)…</translation>
    </message>
    <message>
        <source>&amp;About Fewshot GUI</source>
        <translation>关于 Fewshot GUI(&amp;A)</translation>
    </message>
    <message>
        <source>Main</source>
        <translation>主工具栏</translation>
    </message>
</context>
<context>
    <name>Activity</name>
    <message numerus="yes">
        <source>%Ln picture(s) classified, {review} to review.</source>
        <translation>
            <numerusform>已分类 %Ln 张图片，其中 {review} 张待确认。</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Arrangement</name>
    <message>
        <source>Without an answer</source>
        <translation>尚无判断</translation>
    </message>
    <message>
        <source>Look-alikes {number}</source>
        <translation>相似图片 {number}</translation>
    </message>
    <message>
        <source>Being compared</source>
        <translation>正在比较</translation>
    </message>
    <message>
        <source>Not compared yet</source>
        <translation>尚未比较</translation>
    </message>
    <message>
        <source>Like no other</source>
        <translation>与其他图片都不相似</translation>
    </message>
</context>
<context>
    <name>ClassCard</name>
    <message numerus="yes">
        <source>%Ln example(s)</source>
        <translation>
            <numerusform>%Ln 个示例</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln picture(s)</source>
        <translation>
            <numerusform>%Ln 张图片</numerusform>
        </translation>
    </message>
    <message>
        <source>Class {name}, key {key}</source>
        <translation>类别“{name}”，按键 {key}</translation>
    </message>
    <message>
        <source>Class {name}</source>
        <translation>类别“{name}”</translation>
    </message>
    <message>
        <source>{examples}, {pictures}. {hint}.</source>
        <translation>{examples}，{pictures}。{hint}。</translation>
    </message>
    <message>
        <source>{examples}, {pictures}.</source>
        <translation>{examples}，{pictures}。</translation>
    </message>
    <message>
        <source>Name of the class</source>
        <translation>类别名称</translation>
    </message>
    <message>
        <source>Menu of {name}</source>
        <translation>“{name}”的菜单</translation>
    </message>
    <message>
        <source>Rename, colour, add pictures, merge, split, delete</source>
        <translation>重命名、颜色、添加图片、合并、拆分、删除</translation>
    </message>
</context>
<context>
    <name>ClassMenu</name>
    <message>
        <source>Rename</source>
        <translation>重命名</translation>
    </message>
    <message>
        <source>Colour…</source>
        <translation>颜色…</translation>
    </message>
    <message>
        <source>Add pictures…</source>
        <translation>添加图片…</translation>
    </message>
    <message>
        <source>Show its examples…</source>
        <translation>查看示例…</translation>
    </message>
    <message>
        <source>Show its pictures</source>
        <translation>显示该类图片</translation>
    </message>
    <message>
        <source>Move up</source>
        <translation>上移</translation>
    </message>
    <message>
        <source>Move down</source>
        <translation>下移</translation>
    </message>
    <message>
        <source>Merge into</source>
        <translation>合并到</translation>
    </message>
    <message>
        <source>Split…</source>
        <translation>拆分…</translation>
    </message>
    <message>
        <source>Delete the class</source>
        <translation>删除类别</translation>
    </message>
    <message>
        <source>Take back</source>
        <translation>取消示例</translation>
    </message>
    <message>
        <source>Move to</source>
        <translation>移至</translation>
    </message>
</context>
<context>
    <name>ClassPanel</name>
    <message>
        <source>none of these</source>
        <translation>以上都不是</translation>
    </message>
    <message>
        <source>Classes</source>
        <translation>类别</translation>
    </message>
    <message>
        <source>Merge into {name}</source>
        <translation>合并到“{name}”</translation>
    </message>
    <message>
        <source>Hold Ctrl to merge</source>
        <translation>按住 Ctrl 键可合并</translation>
    </message>
</context>
<context>
    <name>CoverageTab</name>
    <message>
        <source>Nothing counted yet. Judge some pictures: each answer tells whether the machine was right.</source>
        <translation>还没有统计数据。请先判断一些图片：每次判断都能说明程序是否正确。</translation>
    </message>
    <message>
        <source>If the machine files only what it is at least {least} % sure of, it files {share} % of the pictures.</source>
        <translation>若程序只归类把握不低于 {least} % 的图片，可归类全部图片的 {share} %。</translation>
    </message>
    <message>
        <source>None that you judged is among them, so nobody knows yet how many would be wrong.</source>
        <translation>其中没有您判断过的图片，因此还无法知道会错多少。</translation>
    </message>
    <message>
        <source>Of {answers} that you judged there, {wrong} were wrong: an error of {low} to {high} %, with 95 % certainty.</source>
        <translation>其中您判断过 {answers} 张，{wrong} 张有误：错误率在 {low} % 到 {high} % 之间（95 % 可信）。</translation>
    </message>
    <message>
        <source>File what the machine is at least this sure of:</source>
        <translation>归类把握不低于此值的图片：</translation>
    </message>
    <message>
        <source>How sure the machine has to be, in percent</source>
        <translation>程序所需的把握（百分比）</translation>
    </message>
    <message>
        <source>Wrong among the filed, against how many are filed</source>
        <translation>归类比例与其中的错误率</translation>
    </message>
    <message>
        <source>Right as often as it is sure?</source>
        <translation>把握与实际是否相符？</translation>
    </message>
    <message>
        <source>Pictures filed</source>
        <translation>归类的图片</translation>
    </message>
    <message>
        <source>Wrong among them</source>
        <translation>其中有误</translation>
    </message>
    <message>
        <source>How sure it was</source>
        <translation>程序的把握</translation>
    </message>
    <message>
        <source>How often it was right</source>
        <translation>实际正确率</translation>
    </message>
    <message>
        <source>The band is the 95 % interval: with few answers it is wide.</source>
        <translation>色带为 95 % 置信区间：判断越少，色带越宽。</translation>
    </message>
    <message>
        <source>On the dashed line the machine is right as often as it says; below it, it promises too much.</source>
        <translation>落在虚线上，表示程序的把握与实际相符；在虚线下方，表示程序过于自信。</translation>
    </message>
</context>
<context>
    <name>Desk</name>
    <message>
        <source>The project is now {path}.</source>
        <translation>当前项目为 {path}。</translation>
    </message>
    <message>
        <source>“{path}” is no folder that can be opened.</source>
        <translation>“{path}”不是可以打开的文件夹。</translation>
    </message>
    <message>
        <source>Pasted picture</source>
        <translation>粘贴的图片</translation>
    </message>
    <message>
        <source>Class {number}</source>
        <translation>类别 {number}</translation>
    </message>
    <message>
        <source>There is no class with this key yet.</source>
        <translation>此按键尚无对应的类别。</translation>
    </message>
    <message>
        <source>The search was stopped: no examples were added.</source>
        <translation>搜索已停止，未添加任何示例。</translation>
    </message>
    <message>
        <source>“Look through the folder again”</source>
        <translation>“重新扫描文件夹”</translation>
    </message>
    <message numerus="yes">
        <source>Stopped. {key} goes on with the %Ln picture(s) left.</source>
        <translation>
            <numerusform>已停止。用 {key} 可继续处理剩余的 %Ln 张图片。</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Doctor</name>
    <message>
        <source>This example of {name} looks like {other}: it hurts.</source>
        <translation>“{name}”的这个示例看起来像“{other}”，会干扰判断。</translation>
    </message>
    <message>
        <source>The same picture is an example of {names}: both suffer.</source>
        <translation>同一张图片同时是{names}的示例，会使这些类别难以区分。</translation>
    </message>
    <message>
        <source>{name} and {other} look like the same thing.</source>
        <translation>“{name}”和“{other}”看起来是同一类。</translation>
    </message>
</context>
<context>
    <name>DoctorDialog</name>
    <message>
        <source>Example doctor</source>
        <translation>示例体检</translation>
    </message>
    <message>
        <source>Your examples look sound.</source>
        <translation>您的示例没有问题。</translation>
    </message>
    <message>
        <source>Give two classes examples, and they are examined.</source>
        <translation>请先为两个类别添加示例，然后即可检查。</translation>
    </message>
    <message numerus="yes">
        <source>Show %Ln kept again</source>
        <translation>
            <numerusform>重新显示已保留的 %Ln 项</numerusform>
        </translation>
    </message>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
</context>
<context>
    <name>EmptyState</name>
    <message>
        <source>Drop a folder or files here. A single picture belongs on a class on the left.</source>
        <translation>请将文件夹或文件拖放到此处。单张图片请拖放到左侧的类别上。</translation>
    </message>
</context>
<context>
    <name>ExampleDoctor</name>
    <message>
        <source>None of these</source>
        <translation>以上都不是</translation>
    </message>
    <message>
        <source>Keep</source>
        <translation>保留</translation>
    </message>
    <message>
        <source>Move to {name}</source>
        <translation>移至“{name}”</translation>
    </message>
    <message>
        <source>Take back</source>
        <translation>取消示例</translation>
    </message>
    <message>
        <source>Take back all but one</source>
        <translation>只保留一个</translation>
    </message>
    <message>
        <source>Only in {name}</source>
        <translation>只保留在“{name}”</translation>
    </message>
    <message>
        <source>Merge {name} into {other}</source>
        <translation>将“{name}”合并到“{other}”</translation>
    </message>
</context>
<context>
    <name>ExampleStrip</name>
    <message>
        <source>Example {number} of {count}: {name}. Press {key} to take it back.</source>
        <translation>第 {number} 个示例，共 {count} 个：{name}。按 {key} 键取消该示例。</translation>
    </message>
    <message>
        <source>Example {number} of {count}: {name}.</source>
        <translation>第 {number} 个示例，共 {count} 个：{name}。</translation>
    </message>
</context>
<context>
    <name>ExamplesDialog</name>
    <message>
        <source>None of these</source>
        <translation>以上都不是</translation>
    </message>
    <message>
        <source>Take back</source>
        <translation>取消示例</translation>
    </message>
    <message>
        <source>Move to</source>
        <translation>移至</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
    <message>
        <source>Examples</source>
        <translation>示例</translation>
    </message>
</context>
<context>
    <name>Explainer</name>
    <message>
        <source>speaks for {name}</source>
        <translation>支持“{name}”</translation>
    </message>
    <message>
        <source>speaks against {name}</source>
        <translation>不支持“{name}”</translation>
    </message>
</context>
<context>
    <name>Explanation</name>
    <message>
        <source>Your examples most like it</source>
        <translation>最相似的示例</translation>
    </message>
    <message>
        <source>Take this example back</source>
        <translation>取消此示例</translation>
    </message>
    <message>
        <source>No single one of your examples decides this.</source>
        <translation>没有哪一个示例能单独左右此判断。</translation>
    </message>
    <message>
        <source>Without this example it would be {name}.</source>
        <translation>若没有此示例，将判为“{name}”。</translation>
    </message>
</context>
<context>
    <name>ExportDialog</name>
    <message>
        <source>Export</source>
        <translation>导出</translation>
    </message>
    <message>
        <source>What is it for?</source>
        <translation>用途</translation>
    </message>
    <message>
        <source>Table (CSV)</source>
        <translation>表格（CSV）</translation>
    </message>
    <message>
        <source>For spreadsheets: one line per picture, with its class, how sure, and who said so.</source>
        <translation>用于电子表格：每张图片一行，包括类别、把握和判断者。</translation>
    </message>
    <message>
        <source>Data (JSON)</source>
        <translation>数据（JSON）</translation>
    </message>
    <message>
        <source>For programs: one object per picture; your word and the machine&apos;s stand apart.</source>
        <translation>用于其他程序：每张图片一条记录，您的判断与程序的判断分开保存。</translation>
    </message>
    <message>
        <source>Keywords (XMP)</source>
        <translation>关键字（XMP）</translation>
    </message>
    <message>
        <source>For photo programs: a sidecar with the class as keyword for each picture, in a new folder.</source>
        <translation>用于照片软件：在新文件夹中为每张图片生成一个附属文件，以类别为关键字。</translation>
    </message>
    <message>
        <source>Label Studio</source>
        <translation>Label Studio</translation>
    </message>
    <message>
        <source>To go on labelling there: your labels as annotations, the machine&apos;s as predictions.</source>
        <translation>在 Label Studio 中继续标注：您的标注作为标注结果，程序的判断作为预测。</translation>
    </message>
    <message>
        <source>Write to</source>
        <translation>保存到</translation>
    </message>
    <message>
        <source>File or folder to make</source>
        <translation>要创建的文件或文件夹</translation>
    </message>
    <message>
        <source>Browse…</source>
        <translation>浏览…</translation>
    </message>
    <message>
        <source>Choose where to write</source>
        <translation>选择保存位置</translation>
    </message>
    <message>
        <source>Your pictures and what lies beside them stay as they are; nothing is replaced.</source>
        <translation>您的图片及其旁边的文件保持不变；不会替换任何文件。</translation>
    </message>
    <message>
        <source>Show in folder</source>
        <translation>在文件夹中显示</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message numerus="yes">
        <source>%Ln picture(s) exported</source>
        <translation>
            <numerusform>已导出 %Ln 张图片</numerusform>
        </translation>
    </message>
    <message>
        <source>{person} by you, {machine} by the machine, {rest} without a class.</source>
        <translation>您判断的 {person} 张，程序判断的 {machine} 张，没有类别的 {rest} 张。</translation>
    </message>
    <message numerus="yes">
        <source>%Ln picture(s) could not be read.</source>
        <translation>
            <numerusform>%Ln 张图片无法读取。</numerusform>
        </translation>
    </message>
    <message>
        <source>{folder} classes</source>
        <translation>{folder} 分类</translation>
    </message>
    <message>
        <source>{folder} sidecars</source>
        <translation>{folder} 附属文件</translation>
    </message>
    <message>
        <source>{folder} for Label Studio</source>
        <translation>{folder} Label Studio 任务</translation>
    </message>
    <message>
        <source>Exporting…</source>
        <translation>正在导出…</translation>
    </message>
</context>
<context>
    <name>ExportFlow</name>
    <message>
        <source>There is nothing to export yet: open a folder of pictures first.</source>
        <translation>还没有可导出的内容：请先打开图片文件夹。</translation>
    </message>
</context>
<context>
    <name>FilterBar</name>
    <message>
        <source>View</source>
        <translation>显示方式</translation>
    </message>
    <message>
        <source>In which order and in which groups the pictures are shown</source>
        <translation>图片的排序和分组方式</translation>
    </message>
    <message>
        <source>All</source>
        <translation>全部</translation>
    </message>
    <message>
        <source>Needs review</source>
        <translation>待确认</translation>
    </message>
    <message>
        <source>None of these</source>
        <translation>以上都不是</translation>
    </message>
    <message>
        <source>Corrected</source>
        <translation>已更正</translation>
    </message>
    <message>
        <source>Unreadable</source>
        <translation>无法读取</translation>
    </message>
    <message>
        <source>All pictures of the folder</source>
        <translation>文件夹中的所有图片</translation>
    </message>
    <message>
        <source>Pictures the program is unsure about</source>
        <translation>程序没有把握的图片</translation>
    </message>
    <message>
        <source>Pictures that belong to none of your classes</source>
        <translation>不属于任何类别的图片</translation>
    </message>
    <message>
        <source>Pictures you have given a class yourself</source>
        <translation>由您亲自指定类别的图片</translation>
    </message>
    <message>
        <source>Files that could not be opened as pictures</source>
        <translation>无法作为图片打开的文件</translation>
    </message>
    <message>
        <source>Search file names</source>
        <translation>搜索文件名</translation>
    </message>
    <message>
        <source>Only pictures in the class {name} are shown. Click to show all classes.</source>
        <translation>仅显示类别“{name}”的图片。单击可显示所有类别。</translation>
    </message>
</context>
<context>
    <name>FolderScan</name>
    <message numerus="yes">
        <source>%Ln picture(s) were found under new names; your labels went with them.</source>
        <translation>
            <numerusform>%Ln 张图片已改名，您的标注已随之保留。</numerusform>
        </translation>
    </message>
    <message>
        <source>There are no pictures in this folder.</source>
        <translation>此文件夹中没有图片。</translation>
    </message>
    <message>
        <source>One folder per class? Drop it on “New class” to make the cards from it.</source>
        <translation>每个类别一个子文件夹？将此文件夹拖放到“新建类别”上，即可创建所有类别。</translation>
    </message>
</context>
<context>
    <name>FoldersTable</name>
    <message>
        <source>Folders</source>
        <translation>文件夹</translation>
    </message>
    <message>
        <source>Class</source>
        <translation>类别</translation>
    </message>
    <message>
        <source>Folder</source>
        <translation>文件夹</translation>
    </message>
    <message>
        <source>Pictures</source>
        <translation>图片数</translation>
    </message>
    <message>
        <source>Files</source>
        <translation>文件数</translation>
    </message>
    <message>
        <source>Size</source>
        <translation>大小</translation>
    </message>
</context>
<context>
    <name>GalleryView</name>
    <message>
        <source>Pictures</source>
        <translation>图片</translation>
    </message>
    <message>
        <source>Drop a single picture onto a class to make it an example.</source>
        <translation>将单张图片拖放到类别上，即可将其设为示例。</translation>
    </message>
</context>
<context>
    <name>Health</name>
    <message>
        <source>Same picture in “{name}”</source>
        <translation>“{name}”中有同一张图片</translation>
    </message>
    <message>
        <source>No example yet: add three</source>
        <translation>还没有示例：请添加三个</translation>
    </message>
    <message>
        <source>One example only: add two more</source>
        <translation>只有一个示例：请再添加两个</translation>
    </message>
    <message>
        <source>Two examples only: add one more</source>
        <translation>只有两个示例：请再添加一个</translation>
    </message>
    <message>
        <source>Examples look mixed</source>
        <translation>示例看起来混杂</translation>
    </message>
    <message>
        <source>One looks like “{name}”</source>
        <translation>有一个像“{name}”</translation>
    </message>
    <message>
        <source>Looks like “{name}”</source>
        <translation>看起来像“{name}”</translation>
    </message>
</context>
<context>
    <name>Hints</name>
    <message numerus="yes">
        <source>%Ln near-copies</source>
        <translation>
            <numerusform>%Ln 张几乎相同</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Inspector</name>
    <message>
        <source>Picture {name}</source>
        <translation>图片 {name}</translation>
    </message>
    <message>
        <source>Selected picture</source>
        <translation>所选图片</translation>
    </message>
    <message>
        <source>What the program thinks</source>
        <translation>程序的判断</translation>
    </message>
    <message>
        <source>Select a picture to see it large and to see how each class scores.</source>
        <translation>选择一张图片，查看大图和各类别的得分。</translation>
    </message>
</context>
<context>
    <name>KeyButton</name>
    <message>
        <source>no key</source>
        <translation>无按键</translation>
    </message>
    <message>
        <source>{title}: {keys}</source>
        <translation>{title}：{keys}</translation>
    </message>
    <message>
        <source>Press it, then the new key.</source>
        <translation>按下此按钮，再按新的按键。</translation>
    </message>
    <message>
        <source>Press a key…</source>
        <translation>请按键…</translation>
    </message>
</context>
<context>
    <name>KeysOverlay</name>
    <message>
        <source>Keys</source>
        <translation>快捷键</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
</context>
<context>
    <name>KeysPage</name>
    <message>
        <source>Standard keys</source>
        <translation>默认快捷键</translation>
    </message>
    <message>
        <source>Give everything its standard keys again</source>
        <translation>全部恢复为默认快捷键</translation>
    </message>
    <message>
        <source>Press the button beside a line, then the new key. Esc keeps the old.</source>
        <translation>按某一行右侧的按钮，再按新的按键。按 Esc 键保留原按键。</translation>
    </message>
</context>
<context>
    <name>List</name>
    <message>
        <source>, </source>
        <translation>、</translation>
    </message>
</context>
<context>
    <name>LossTab</name>
    <message>
        <source>Nothing has been adapted yet. Give two classes an example each, and the curve falls as the machine learns.</source>
        <translation>还没有学习。请为两个类别各添加一个示例；程序学习时，曲线会逐渐下降。</translation>
    </message>
    <message>
        <source>Adapting: step {done} of {steps}, loss {loss}.</source>
        <translation>正在学习：第 {done} 步，共 {steps} 步，损失 {loss}。</translation>
    </message>
    <message>
        <source>The last adaptation took {seconds} s and ended at a loss of {loss}. The closer to 0, the better the machine fits your examples; a rise tells of examples that contradict.</source>
        <translation>上次学习用时 {seconds} 秒，最终损失为 {loss}。越接近 0，说明程序越符合您的示例；升高则说明示例相互矛盾。</translation>
    </message>
    <message>
        <source>Loss, step by step</source>
        <translation>每一步的损失</translation>
    </message>
    <message>
        <source>Where the last adaptations ended</source>
        <translation>最近几次学习的最终损失</translation>
    </message>
    <message>
        <source>Step</source>
        <translation>步</translation>
    </message>
    <message>
        <source>Loss</source>
        <translation>损失</translation>
    </message>
    <message>
        <source>Adaptation</source>
        <translation>学习次数</translation>
    </message>
</context>
<context>
    <name>MainWindow</name>
    <message>
        <source>Looking for pictures</source>
        <translation>正在查找图片</translation>
    </message>
    <message>
        <source>Starting the learner</source>
        <translation>正在启动学习器</translation>
    </message>
    <message>
        <source>Looking for examples · {count}</source>
        <translation>正在查找示例 · {count}</translation>
    </message>
    <message>
        <source>The GPU is not used: {reason}</source>
        <translation>未使用 GPU：{reason}</translation>
    </message>
    <message>
        <source>Adapting · loss {loss}</source>
        <translation>正在学习 · 损失 {loss}</translation>
    </message>
    <message>
        <source>Adapted in {seconds} s · loss {loss}</source>
        <translation>学习用时 {seconds} 秒 · 损失 {loss}</translation>
    </message>
    <message>
        <source>Classifying</source>
        <translation>正在分类</translation>
    </message>
    <message>
        <source>Reading</source>
        <translation>正在读取</translation>
    </message>
    <message>
        <source>no folder yet</source>
        <translation>未打开文件夹</translation>
    </message>
    <message>
        <source>{pictures} to {subject}</source>
        <translation>将 {pictures}归入“{subject}”</translation>
    </message>
    <message>
        <source>{pictures} as examples of {subject}</source>
        <translation>将 {pictures}设为“{subject}”的示例</translation>
    </message>
    <message>
        <source>{pictures} to none of these</source>
        <translation>将 {pictures}归为“以上都不是”</translation>
    </message>
    <message>
        <source>accept {pictures}</source>
        <translation>接受 {pictures}的判断</translation>
    </message>
    <message>
        <source>{pictures} as new class {subject}</source>
        <translation>将 {pictures}设为新类别“{subject}”</translation>
    </message>
    <message>
        <source>take back {pictures}</source>
        <translation>取消 {pictures}的标注</translation>
    </message>
    <message>
        <source>{pictures} not {subject}</source>
        <translation>{pictures}不是“{subject}”</translation>
    </message>
    <message>
        <source>new class {subject}</source>
        <translation>新建类别“{subject}”</translation>
    </message>
    <message>
        <source>rename to {subject}</source>
        <translation>重命名为“{subject}”</translation>
    </message>
    <message>
        <source>colour of {subject}</source>
        <translation>更改“{subject}”的颜色</translation>
    </message>
    <message>
        <source>delete {subject}</source>
        <translation>删除“{subject}”</translation>
    </message>
    <message>
        <source>move {subject}</source>
        <translation>移动“{subject}”</translation>
    </message>
    <message>
        <source>merge {subject} into {other}</source>
        <translation>将“{subject}”合并到“{other}”</translation>
    </message>
    <message>
        <source>split {subject}</source>
        <translation>拆分“{subject}”</translation>
    </message>
    <message>
        <source>classes from {subject}</source>
        <translation>从“{subject}”创建类别</translation>
    </message>
    <message>
        <source>{pictures} labelled as {subject}.</source>
        <translation>{pictures}已标为“{subject}”。</translation>
    </message>
    <message>
        <source>{pictures} labelled as none of these.</source>
        <translation>{pictures}已标为“以上都不是”。</translation>
    </message>
    <message>
        <source>The new class {subject} has {pictures}.</source>
        <translation>新类别“{subject}”包含 {pictures}。</translation>
    </message>
    <message>
        <source>{pictures} marked as not {subject}.</source>
        <translation>{pictures}已标为不是“{subject}”。</translation>
    </message>
    <message>
        <source>{pictures} added as examples of {subject}.</source>
        <translation>{pictures}已添加为“{subject}”的示例。</translation>
    </message>
    <message>
        <source>{pictures} accepted.</source>
        <translation>已接受 {pictures}的判断。</translation>
    </message>
    <message>
        <source>Label of {pictures} taken back.</source>
        <translation>已取消 {pictures}的标注。</translation>
    </message>
    <message>
        <source>The class {subject} was made.</source>
        <translation>已新建类别“{subject}”。</translation>
    </message>
    <message>
        <source>The class {subject} was deleted.</source>
        <translation>类别“{subject}”已删除。</translation>
    </message>
    <message>
        <source>{subject} was merged into {other}.</source>
        <translation>“{subject}”已合并到“{other}”。</translation>
    </message>
    <message>
        <source>{pictures} added as examples, from the folders in {subject}.</source>
        <translation>已将“{subject}”中各文件夹的 {pictures}添加为示例。</translation>
    </message>
    <message>
        <source>Drop pictures on a class on the left to teach it, and a folder here to classify.</source>
        <translation>将图片拖放到左侧的类别上作为示例；将文件夹拖放到此处进行分类。</translation>
    </message>
    <message>
        <source>Only “{name}” was opened: one folder at a time. Open the folder around them to see them all.</source>
        <translation>仅打开了“{name}”：一次只显示一个文件夹。如需全部显示，请打开它们所在的文件夹。</translation>
    </message>
    <message>
        <source>Only “{name}” was opened: one project at a time.</source>
        <translation>仅打开了“{name}”：一次只能打开一个项目。</translation>
    </message>
    <message>
        <source>Open a folder of pictures</source>
        <translation>打开图片文件夹</translation>
    </message>
    <message>
        <source>One folder per class</source>
        <translation>每个类别一个子文件夹</translation>
    </message>
    <message>
        <source>Examples</source>
        <translation>示例</translation>
    </message>
    <message>
        <source>Pictures</source>
        <translation>图片</translation>
    </message>
    <message>
        <source>Open project</source>
        <translation>打开项目</translation>
    </message>
    <message>
        <source>Save project as</source>
        <translation>项目另存为</translation>
    </message>
    <message>
        <source>None of these</source>
        <translation>以上都不是</translation>
    </message>
    <message>
        <source>Accept the answer</source>
        <translation>接受判断</translation>
    </message>
    <message>
        <source>New class of these</source>
        <translation>新建类别并归入</translation>
    </message>
    <message>
        <source>Take my label back</source>
        <translation>取消我的标注</translation>
    </message>
    <message>
        <source>Open the picture</source>
        <translation>打开图片</translation>
    </message>
    <message>
        <source>Copy the path</source>
        <translation>复制路径</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>撤销</translation>
    </message>
    <message>
        <source>Redo</source>
        <translation>重做</translation>
    </message>
    <message>
        <source>{verb}: {operation}</source>
        <translation>{verb}：{operation}</translation>
    </message>
</context>
<context>
    <name>MapTab</name>
    <message>
        <source>selected on the map</source>
        <translation>在分布图上所选</translation>
    </message>
    <message>
        <source>None of these</source>
        <translation>以上都不是</translation>
    </message>
    <message>
        <source>Accept the answers</source>
        <translation>接受判断</translation>
    </message>
    <message>
        <source>Take my label back</source>
        <translation>取消我的标注</translation>
    </message>
    <message>
        <source>Show in the gallery</source>
        <translation>在图库中显示</translation>
    </message>
    <message numerus="yes">
        <source>%Ln picture(s) selected</source>
        <translation>
            <numerusform>已选择 %Ln 张图片</numerusform>
        </translation>
    </message>
    <message>
        <source>Drawing the map: look-alikes go side by side.</source>
        <translation>正在绘制分布图：相似的图片会排在一起。</translation>
    </message>
    <message>
        <source>The map shows all pictures, look-alikes side by side.</source>
        <translation>分布图显示所有图片，相似的图片彼此相邻。</translation>
    </message>
    <message>
        <source>Give two classes an example each: the map shows all pictures, look-alikes side by side.</source>
        <translation>请为两个类别各添加一个示例：分布图会显示所有图片，相似的排在一起。</translation>
    </message>
    <message>
        <source>Drag around points to select them.</source>
        <translation>拖动圈选各点。</translation>
    </message>
    <message>
        <source>Diamonds are what you said, discs what the machine says.</source>
        <translation>菱形是您的标注，圆点是程序的判断。</translation>
    </message>
    <message numerus="yes">
        <source>%Ln new picture(s) are not on the map yet.</source>
        <translation>
            <numerusform>有 %Ln 张新图片尚未绘入分布图。</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln picture(s) had no room.</source>
        <translation>
            <numerusform>%Ln 张图片因空间不足未绘入。</numerusform>
        </translation>
    </message>
    <message>
        <source>Arrows move, Return shows what is selected.</source>
        <translation>方向键移动，回车键显示所选图片。</translation>
    </message>
    <message>
        <source>{key} selects neighbours too.</source>
        <translation>{key} 同时选择相邻的点。</translation>
    </message>
    <message>
        <source>{key} says the first class, and so on.</source>
        <translation>{key} 标为第一个类别，依此类推。</translation>
    </message>
    <message>
        <source>Map of all pictures</source>
        <translation>所有图片的分布图</translation>
    </message>
    <message>
        <source>Drawing the map</source>
        <translation>正在绘制分布图</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Draw the map</source>
        <translation>绘制分布图</translation>
    </message>
    <message>
        <source>Label…</source>
        <translation>标注…</translation>
    </message>
</context>
<context>
    <name>MatrixTab</name>
    <message>
        <source>Nothing counted yet. Judge some pictures: each answer becomes a count here.</source>
        <translation>还没有统计数据。请先判断一些图片：每次判断都会计入此处。</translation>
    </message>
    <message>
        <source>{right} of {count} right. Rows: what you said. Columns: what the machine had said. The diagonal is where both agree. Click a number, or press Return, to see its pictures.</source>
        <translation>{count} 张中有 {right} 张正确。行为您的判断，列为程序原先的判断，对角线上为两者一致。单击数字或按回车键可查看相应图片。</translation>
    </message>
    <message>
        <source>Confusion matrix</source>
        <translation>混淆矩阵</translation>
    </message>
    <message>
        <source>Arrow keys move, Return shows the pictures of a cell</source>
        <translation>方向键移动，回车键显示单元格中的图片</translation>
    </message>
    <message>
        <source>None of these</source>
        <translation>以上都不是</translation>
    </message>
    <message>
        <source>You said {said}, the machine had said {predicted}: {count}</source>
        <translation>您判断为“{said}”，程序原判断为“{predicted}”：{count} 张</translation>
    </message>
    <message>
        <source>{predicted} → {said}</source>
        <translation>{predicted} → {said}</translation>
    </message>
</context>
<context>
    <name>MeasuresFlow</name>
    <message>
        <source>None of these</source>
        <translation>以上都不是</translation>
    </message>
</context>
<context>
    <name>MeasuresWindow</name>
    <message>
        <source>Leaving out example {done} of {total}</source>
        <translation>正在逐一检验示例：第 {done} 个，共 {total} 个</translation>
    </message>
    <message>
        <source>Waiting for the machine</source>
        <translation>正在等待程序空闲</translation>
    </message>
    <message numerus="yes">
        <source>%Ln answer(s) so far. Doubtful ones weigh more than in the folder.</source>
        <translation>
            <numerusform>目前共 %Ln 次判断。其中把握小的图片所占比例高于整个文件夹。</numerusform>
        </translation>
    </message>
    <message>
        <source>No answers yet.</source>
        <translation>还没有判断。</translation>
    </message>
    <message>
        <source>Not counted yet.</source>
        <translation>尚未统计。</translation>
    </message>
    <message numerus="yes">
        <source>%Ln example(s), each judged without itself.</source>
        <translation>
            <numerusform>%Ln 个示例，逐一排除自身后检验。</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln stand(s) alone in a class.</source>
        <translation>
            <numerusform>%Ln 个是其类别中的唯一示例。</numerusform>
        </translation>
    </message>
    <message>
        <source>Counted before your latest answer.</source>
        <translation>统计结果不含您最近的判断。</translation>
    </message>
    <message>
        <source>Measures</source>
        <translation>统计与图表</translation>
    </message>
    <message>
        <source>Confusion matrix</source>
        <translation>混淆矩阵</translation>
    </message>
    <message>
        <source>Precision and recall</source>
        <translation>精确率与召回率</translation>
    </message>
    <message>
        <source>Coverage and error</source>
        <translation>归类比例与错误率</translation>
    </message>
    <message>
        <source>Loss</source>
        <translation>损失</translation>
    </message>
    <message>
        <source>Map</source>
        <translation>分布图</translation>
    </message>
    <message>
        <source>Counted:</source>
        <translation>统计依据：</translation>
    </message>
    <message>
        <source>Your answers</source>
        <translation>您的判断</translation>
    </message>
    <message>
        <source>What the machine had said of each picture when you judged it</source>
        <translation>您判断每张图片时程序原先的判断</translation>
    </message>
    <message>
        <source>Examples left out</source>
        <translation>逐一排除示例</translation>
    </message>
    <message>
        <source>Each example is judged by a network that was not shown it: fair, but slow with many examples</source>
        <translation>判断每个示例时不让程序看到该示例：结果公正，但示例多时较慢</translation>
    </message>
    <message>
        <source>Examples left out so far</source>
        <translation>已检验的示例</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Count</source>
        <translation>统计</translation>
    </message>
</context>
<context>
    <name>NewClassCard</name>
    <message>
        <source>New class</source>
        <translation>新建类别</translation>
    </message>
    <message>
        <source>Drag a few of one kind here</source>
        <translation>将同一类的几张图片拖到此处</translation>
    </message>
    <message>
        <source>Drag another kind here</source>
        <translation>将另一类的图片拖到此处</translation>
    </message>
    <message>
        <source>Drop examples here</source>
        <translation>将示例拖放到此处</translation>
    </message>
    <message>
        <source>Drop or paste the first examples of a class, or a folder with one sub-folder per class.</source>
        <translation>拖放或粘贴某个类别的首批示例，或每个类别一个子文件夹的文件夹。</translation>
    </message>
</context>
<context>
    <name>Operations</name>
    <message numerus="yes">
        <source>%Ln picture(s)</source>
        <translation>
            <numerusform>%Ln 张图片</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Palette</name>
    <message>
        <source>Blue</source>
        <translation>蓝色</translation>
    </message>
    <message>
        <source>Orange</source>
        <translation>橙色</translation>
    </message>
    <message>
        <source>Sea green</source>
        <translation>海绿色</translation>
    </message>
    <message>
        <source>Purple</source>
        <translation>紫色</translation>
    </message>
    <message>
        <source>Red</source>
        <translation>红色</translation>
    </message>
    <message>
        <source>Sand</source>
        <translation>沙色</translation>
    </message>
    <message>
        <source>Sky blue</source>
        <translation>天蓝色</translation>
    </message>
    <message>
        <source>Plum</source>
        <translation>梅红色</translation>
    </message>
    <message>
        <source>Lavender</source>
        <translation>薰衣草色</translation>
    </message>
    <message>
        <source>Wine</source>
        <translation>酒红色</translation>
    </message>
    <message>
        <source>Violet</source>
        <translation>紫罗兰色</translation>
    </message>
    <message>
        <source>Turquoise</source>
        <translation>绿松石色</translation>
    </message>
    <message>
        <source>Pink</source>
        <translation>粉色</translation>
    </message>
    <message>
        <source>Rust</source>
        <translation>铁锈色</translation>
    </message>
    <message>
        <source>Yellow</source>
        <translation>黄色</translation>
    </message>
    <message>
        <source>Teal</source>
        <translation>青色</translation>
    </message>
    <message>
        <source>Rose</source>
        <translation>玫瑰色</translation>
    </message>
    <message>
        <source>Lime</source>
        <translation>黄绿色</translation>
    </message>
    <message>
        <source>Olive</source>
        <translation>橄榄色</translation>
    </message>
    <message>
        <source>Colour of the class</source>
        <translation>类别颜色</translation>
    </message>
    <message>
        <source>{colour}, as it is now</source>
        <translation>{colour}（当前颜色）</translation>
    </message>
    <message>
        <source>{colour}, the colour of {name}: the two change colours</source>
        <translation>{colour}（“{name}”的颜色：两者将互换颜色）</translation>
    </message>
</context>
<context>
    <name>PerClassTab</name>
    <message>
        <source>mistakes with {name}</source>
        <translation>与“{name}”有关的错误</translation>
    </message>
    <message>
        <source>Precision: of what the machine called a class, how much is of it. Recall: of what is of a class, how much the machine found. In brackets the 95 % interval. Return, or a double click, shows a class&apos;s mistakes.</source>
        <translation>精确率：程序归入某类别的图片中，确实属于该类别的比例。召回率：属于某类别的图片中，被程序找出的比例。括号内为 95 % 置信区间。按回车键或双击可显示该类别的错误。</translation>
    </message>
    <message>
        <source>Nothing counted yet. Judge some pictures: precision and recall are counted from your answers.</source>
        <translation>还没有统计数据。请先判断一些图片：精确率和召回率根据您的判断计算。</translation>
    </message>
    <message>
        <source>Precision and recall of each class</source>
        <translation>各类别的精确率与召回率</translation>
    </message>
    <message>
        <source>Return shows the mistakes of a class</source>
        <translation>回车键显示该类别的错误</translation>
    </message>
    <message>
        <source>None of these</source>
        <translation>以上都不是</translation>
    </message>
    <message>
        <source>no pictures yet</source>
        <translation>还没有图片</translation>
    </message>
    <message>
        <source>Class</source>
        <translation>类别</translation>
    </message>
    <message>
        <source>Its name</source>
        <translation>类别名称</translation>
    </message>
    <message>
        <source>Precision</source>
        <translation>精确率</translation>
    </message>
    <message>
        <source>Right among what the machine had called this class</source>
        <translation>程序归入此类别的图片中判断正确的比例</translation>
    </message>
    <message>
        <source>Recall</source>
        <translation>召回率</translation>
    </message>
    <message>
        <source>Found by the machine among what you say is of this class</source>
        <translation>您归入此类别的图片中被程序找出的比例</translation>
    </message>
    <message>
        <source>You said</source>
        <translation>您的判断</translation>
    </message>
    <message>
        <source>Judged pictures that you say are of this class</source>
        <translation>经您判断属于此类别的图片数</translation>
    </message>
    <message>
        <source>It said</source>
        <translation>程序的判断</translation>
    </message>
    <message>
        <source>Judged pictures that the machine had called this class</source>
        <translation>您判断过的图片中，程序原先归入此类别的图片数</translation>
    </message>
    <message>
        <source>Both</source>
        <translation>两者一致</translation>
    </message>
    <message>
        <source>Judged pictures where you agree</source>
        <translation>您与程序判断一致的图片数</translation>
    </message>
</context>
<context>
    <name>PictureView</name>
    <message>
        <source>Making the heat map…</source>
        <translation>正在生成热力图…</translation>
    </message>
    <message>
        <source>Heat map</source>
        <translation>热力图</translation>
    </message>
    <message>
        <source>Heat map: which parts of the picture speak for its class (H)</source>
        <translation>热力图：图片的哪些部分支持其类别 (H)</translation>
    </message>
</context>
<context>
    <name>PlanView</name>
    <message>
        <source>Working out what goes where…</source>
        <translation>正在计算整理方案…</translation>
    </message>
    <message>
        <source>From</source>
        <translation>源位置</translation>
    </message>
    <message>
        <source>To</source>
        <translation>目标位置</translation>
    </message>
    <message>
        <source>Note</source>
        <translation>备注</translation>
    </message>
    <message>
        <source>Why</source>
        <translation>原因</translation>
    </message>
    <message>
        <source>Working out what goes where… {done} of {total}</source>
        <translation>正在计算整理方案…{done} / {total}</translation>
    </message>
    <message>
        <source>Folders</source>
        <translation>文件夹</translation>
    </message>
    <message>
        <source>Every file</source>
        <translation>所有文件</translation>
    </message>
    <message>
        <source>Can&apos;t be sorted</source>
        <translation>无法整理</translation>
    </message>
    <message>
        <source>with {picture}</source>
        <translation>随 {picture}</translation>
    </message>
    <message>
        <source>you said so</source>
        <translation>由您指定</translation>
    </message>
    <message>
        <source>{percent} % sure</source>
        <translation>把握 {percent} %</translation>
    </message>
    <message numerus="yes">
        <source>%Ln file(s), {size}.</source>
        <translation>
            <numerusform>共 %Ln 个文件，{size}。</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln get(s) another name, because the disk can&apos;t hold its own.</source>
        <comment>files</comment>
        <translation>
            <numerusform>%Ln 个文件因磁盘不支持原文件名将改名。</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln folder(s) can&apos;t be called exactly like the class.</source>
        <translation>
            <numerusform>%Ln 个文件夹无法与类别完全同名。</numerusform>
        </translation>
    </message>
    <message>
        <source>This needs {needed} of the {free} that are free.</source>
        <translation>需要 {needed}，可用空间 {free}。</translation>
    </message>
    <message numerus="yes">
        <source>%Ln move(s) from {old} to {new}.</source>
        <comment>pictures</comment>
        <translation>
            <numerusform>%Ln 张图片将从“{old}”移至“{new}”。</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln move(s) between other classes.</source>
        <comment>pictures</comment>
        <translation>
            <numerusform>%Ln 张图片将在其他类别之间移动。</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln get(s) another name, because its own is taken.</source>
        <comment>files</comment>
        <translation>
            <numerusform>%Ln 个文件因重名将改名。</numerusform>
        </translation>
    </message>
    <message>
        <source>This needs {needed} of the {free} that are free for {folder}.</source>
        <translation>{folder}：需要 {needed}，可用空间 {free}。</translation>
    </message>
    <message numerus="yes">
        <source>%Ln file(s) are there already.</source>
        <translation>
            <numerusform>%Ln 个文件已在目标位置。</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln picture(s) are left alone: not sure enough or no class.</source>
        <translation>
            <numerusform>%Ln 张图片不整理：把握不足或没有类别。</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Preview</name>
    <message>
        <source>{number} of {all}</source>
        <translation>{number} / {all}</translation>
    </message>
    <message>
        <source>Whole picture</source>
        <translation>完整图片</translation>
    </message>
    <message>
        <source>Loading…</source>
        <translation>正在加载…</translation>
    </message>
    <message>
        <source>Large picture</source>
        <translation>大图</translation>
    </message>
    <message>
        <source>Back to the gallery</source>
        <translation>返回图库</translation>
    </message>
    <message>
        <source>Back to the gallery (Esc)</source>
        <translation>返回图库 (Esc)</translation>
    </message>
</context>
<context>
    <name>ProgressView</name>
    <message>
        <source>Progress</source>
        <translation>进度</translation>
    </message>
    <message numerus="yes">
        <source>{done} of %Ln files</source>
        <translation>
            <numerusform>{done} / %Ln 个文件</numerusform>
        </translation>
    </message>
    <message>
        <source>Stopping after the file at hand…</source>
        <translation>处理完当前文件后停止…</translation>
    </message>
</context>
<context>
    <name>ProjectFlow</name>
    <message>
        <source>“{project}” is saved with its classes: see “Open recent” in the menu “File”.</source>
        <translation>“{project}”及其类别已保存：请见“文件”菜单中的“最近的项目”。</translation>
    </message>
    <message>
        <source>“{original}” can’t be changed where it is. You work in a copy; what you do is kept in {copy}.</source>
        <translation>“{original}”在原位置无法更改。您正在使用其副本，所做的更改保存在 {copy}。</translation>
    </message>
</context>
<context>
    <name>Promise</name>
    <message>
        <source>at most {percent} % wrong</source>
        <translation>错误不超过 {percent} %</translation>
    </message>
    <message>
        <source>{filed} filed, about {wrong} wrong ({low} to {high}), {rest} for you</source>
        <translation>已归类 {filed} 张，约 {wrong} 张有误（{low} 到 {high}），{rest} 张待您判断</translation>
    </message>
    <message>
        <source>Nothing can be promised here: {rest} for you</source>
        <translation>无法作出承诺：{rest} 张待您判断</translation>
    </message>
    <message>
        <source>It is wrong too often for that: correct more answers, or allow more wrong ones</source>
        <translation>程序的错误过多：请更正更多判断，或允许更多错误</translation>
    </message>
</context>
<context>
    <name>PromiseBar</name>
    <message>
        <source>No promise</source>
        <translation>不作承诺</translation>
    </message>
    <message>
        <source>Promise</source>
        <translation>准确承诺</translation>
    </message>
    <message>
        <source>How many of the filed pictures may be wrong</source>
        <translation>归类的图片中允许的错误比例</translation>
    </message>
    <message>
        <source>Once pictures are classified: choose here how many of the filed ones may be wrong, and the program says how many it can file.</source>
        <translation>图片分类后，可在此选择归类的图片中允许的错误比例，程序会告知能归类多少张。</translation>
    </message>
    <message>
        <source>Check some</source>
        <translation>抽查</translation>
    </message>
    <message>
        <source>Check some pictures</source>
        <translation>抽查图片</translation>
    </message>
    <message>
        <source>Shows pictures drawn by chance. Say what each is, and more of the others can be promised.</source>
        <translation>显示随机抽取的图片。请逐一判断，其余图片便有更多可以得到承诺。</translation>
    </message>
    <message>
        <source>{done} of {total} checked</source>
        <translation>已抽查 {done} / {total}</translation>
    </message>
</context>
<context>
    <name>PromiseFlow</name>
    <message>
        <source>There is no answer to check yet.</source>
        <translation>还没有可抽查的判断。</translation>
    </message>
    <message>
        <source>Audit</source>
        <translation>抽查</translation>
    </message>
    <message>
        <source>Say of each picture what it is: {key} if the answer is right, else the key of its class.</source>
        <translation>请逐一判断图片：判断正确请按“{key}”键，否则按所属类别的键。</translation>
    </message>
    <message>
        <source>Checked: the promise is made anew.</source>
        <translation>抽查完成，已重新计算承诺。</translation>
    </message>
</context>
<context>
    <name>Promises</name>
    <message numerus="yes">
        <source>Nothing can be promised yet: it takes about %Ln answer(s)</source>
        <translation>
            <numerusform>暂时无法作出承诺：还需要约 %Ln 次判断</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>About %Ln more answer(s) file {more} more</source>
        <translation>
            <numerusform>再判断约 %Ln 次，可多归类 {more} 张</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>RecentMenu</name>
    <message>
        <source>{project} (no longer there)</source>
        <translation>{project}（已不存在）</translation>
    </message>
    <message>
        <source>&amp;Clear this list</source>
        <translation>清空此列表(&amp;C)</translation>
    </message>
    <message>
        <source>No other project was open yet</source>
        <translation>还没有打开过其他项目</translation>
    </message>
    <message numerus="yes">
        <source>%Ln picture(s)</source>
        <translation>
            <numerusform>%Ln 张图片</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>RecoveryDialog</name>
    <message>
        <source>Damaged project</source>
        <translation>项目已损坏</translation>
    </message>
    <message>
        <source>The project “{name}” is damaged and can’t be opened.</source>
        <translation>项目“{name}”已损坏，无法打开。</translation>
    </message>
    <message>
        <source>Your pictures are not affected. Choose how to go on. Whatever you choose, the damaged file is kept beside the project under another name.</source>
        <translation>您的图片不受影响。请选择如何继续。无论选择哪一项，损坏的文件都会改名保留在项目旁边。</translation>
    </message>
    <message>
        <source>Backups</source>
        <translation>备份</translation>
    </message>
    <message>
        <source>Looking for backups…</source>
        <translation>正在查找备份…</translation>
    </message>
    <message>
        <source>Progress</source>
        <translation>进度</translation>
    </message>
    <message>
        <source>Working on it. The damaged file is only read.</source>
        <translation>正在处理。损坏的文件只会被读取。</translation>
    </message>
    <message>
        <source>&amp;Restore this backup</source>
        <translation>恢复此备份(&amp;R)</translation>
    </message>
    <message>
        <source>&amp;Save what can be read</source>
        <translation>挽救可读取的内容(&amp;S)</translation>
    </message>
    <message>
        <source>Reads the damaged file row by row, and says what is lost</source>
        <translation>逐行读取损坏的文件，并说明丢失的内容</translation>
    </message>
    <message>
        <source>Start a &amp;new project</source>
        <translation>新建项目(&amp;N)</translation>
    </message>
    <message>
        <source>&amp;Open the project</source>
        <translation>打开项目(&amp;O)</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Backup of</source>
        <translation>备份时间</translation>
    </message>
    <message>
        <source>Classes</source>
        <translation>类别数</translation>
    </message>
    <message>
        <source>Examples</source>
        <translation>示例数</translation>
    </message>
    <message>
        <source>Pictures</source>
        <translation>图片数</translation>
    </message>
    <message>
        <source>There are no backups of this project.</source>
        <translation>此项目没有备份。</translation>
    </message>
    <message>
        <source>The backup of {when} is in place. What you did after it is not in it.</source>
        <translation>已恢复 {when} 的备份，不含此后的更改。</translation>
    </message>
    <message numerus="yes">
        <source>%Ln class(es)</source>
        <translation>
            <numerusform>%Ln 个类别</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln example(s)</source>
        <translation>
            <numerusform>%Ln 个示例</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln picture(s)</source>
        <translation>
            <numerusform>%Ln 张图片</numerusform>
        </translation>
    </message>
    <message>
        <source>Saved: {things}.</source>
        <translation>已挽救：{things}。</translation>
    </message>
    <message numerus="yes">
        <source>up to %Ln class(es)</source>
        <translation>
            <numerusform>最多 %Ln 个类别</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>up to %Ln example(s)</source>
        <translation>
            <numerusform>最多 %Ln 个示例</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>up to %Ln picture(s), which will be found in the folder again</source>
        <translation>
            <numerusform>最多 %Ln 张图片（可在文件夹中重新找到）</numerusform>
        </translation>
    </message>
    <message>
        <source>Lost: {things}.</source>
        <translation>丢失：{things}。</translation>
    </message>
    <message>
        <source>None of your classes and examples are known to be lost.</source>
        <translation>未发现类别和示例丢失。</translation>
    </message>
    <message>
        <source>What could be undone is forgotten; the program’s answers are worked out anew.</source>
        <translation>撤销记录已清除；程序会重新判断。</translation>
    </message>
    <message>
        <source>You begin anew.</source>
        <translation>已重新开始。</translation>
    </message>
    <message>
        <source>The damaged file is kept as “{name}”.</source>
        <translation>损坏的文件已保留为“{name}”。</translation>
    </message>
    <message>
        <source>The project “{name}” can be opened.</source>
        <translation>项目“{name}”可以打开了。</translation>
    </message>
</context>
<context>
    <name>ReportDialog</name>
    <message>
        <source>The report can&apos;t be saved there ({reason}). Choose another place.</source>
        <translation>报告无法保存到此处（{reason}）。请选择其他位置。</translation>
    </message>
    <message>
        <source>Diagnostic report</source>
        <translation>诊断报告</translation>
    </message>
    <message>
        <source>For those who are to help you. It holds no pictures, and no names of files or classes.</source>
        <translation>供帮助您的人参考（报告内容为英文）。其中不含图片，也不含文件名或类别名称。</translation>
    </message>
    <message>
        <source>Looking at everything…</source>
        <translation>正在检查…</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>复制</translation>
    </message>
    <message>
        <source>Save…</source>
        <translation>保存…</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
</context>
<context>
    <name>ResultView</name>
    <message>
        <source>Files that could not be handled</source>
        <translation>未能处理的文件</translation>
    </message>
    <message numerus="yes">
        <source>%Ln file(s) copied</source>
        <translation>
            <numerusform>已复制 %Ln 个文件</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln file(s) moved</source>
        <translation>
            <numerusform>已移动 %Ln 个文件</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln file(s) linked</source>
        <translation>
            <numerusform>已链接 %Ln 个文件</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln file(s) cloned</source>
        <translation>
            <numerusform>已克隆 %Ln 个文件</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln file(s) had been there before.</source>
        <translation>
            <numerusform>%Ln 个文件此前已在目标位置。</numerusform>
        </translation>
    </message>
    <message>
        <source>You stopped it; what was done until then stays.</source>
        <translation>您已停止；此前完成的部分会保留。</translation>
    </message>
    <message numerus="yes">
        <source>%Ln failed</source>
        <comment>files</comment>
        <translation>
            <numerusform>%Ln 个失败</numerusform>
        </translation>
    </message>
    <message>
        <source>{done}, {failed}</source>
        <translation>{done}，{failed}</translation>
    </message>
    <message numerus="yes">
        <source>%Ln file(s) taken back</source>
        <translation>
            <numerusform>已还原 %Ln 个文件</numerusform>
        </translation>
    </message>
    <message>
        <source>You stopped it; it can be gone on with.</source>
        <translation>您已停止；可以稍后继续。</translation>
    </message>
    <message numerus="yes">
        <source>%Ln left as they are</source>
        <comment>files</comment>
        <translation>
            <numerusform>%Ln 个保持原样</numerusform>
        </translation>
    </message>
    <message>
        <source>{done}, {left}</source>
        <translation>{done}，{left}</translation>
    </message>
    <message>
        <source>Nothing was done</source>
        <translation>未执行任何操作</translation>
    </message>
    <message>
        <source>What could not be handled, and why</source>
        <translation>未能处理的文件及原因</translation>
    </message>
</context>
<context>
    <name>RippleBar</name>
    <message>
        <source>Show</source>
        <translation>显示</translation>
    </message>
    <message>
        <source>Show the pictures you had confirmed</source>
        <translation>显示您确认过的图片</translation>
    </message>
    <message>
        <source>Go back</source>
        <translation>退回</translation>
    </message>
    <message>
        <source>Undo the correction: labels and answers are as before</source>
        <translation>撤销此次更正：标注和判断恢复原样</translation>
    </message>
    <message>
        <source>Show the pictures that changed</source>
        <translation>显示发生变化的图片</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>撤销</translation>
    </message>
    <message>
        <source>Hide this (Esc)</source>
        <translation>隐藏 (Esc)</translation>
    </message>
</context>
<context>
    <name>RippleFlow</name>
    <message>
        <source>changed by your correction</source>
        <translation>因您的更正而变化</translation>
    </message>
    <message>
        <source>confirmed by you, now answered otherwise</source>
        <translation>您已确认、现在判断不同</translation>
    </message>
    <message numerus="yes">
        <source>This correction makes the program wrong about %Ln picture(s) you had confirmed.</source>
        <translation>
            <numerusform>此次更正使程序对您确认过的 %Ln 张图片判断有误。</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Ripples</name>
    <message numerus="yes">
        <source>%Ln other</source>
        <translation>
            <numerusform>其他 %Ln 张</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln picture(s) changed: {which}</source>
        <translation>
            <numerusform>%Ln 张图片发生变化：{which}</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>RunFilesView</name>
    <message>
        <source>Find a file or a class</source>
        <translation>查找文件或类别</translation>
    </message>
    <message>
        <source>Files of this run</source>
        <translation>此次整理的文件</translation>
    </message>
    <message>
        <source>A picture&apos;s companions (such as .xmp) go back with it.</source>
        <translation>图片的附属文件（如 .xmp）会一并还原。</translation>
    </message>
    <message>
        <source>Old place</source>
        <translation>原位置</translation>
    </message>
    <message>
        <source>New place</source>
        <translation>新位置</translation>
    </message>
    <message>
        <source>State</source>
        <translation>状态</translation>
    </message>
    <message>
        <source>sorted</source>
        <translation>已整理</translation>
    </message>
    <message>
        <source>taken back</source>
        <translation>已还原</translation>
    </message>
    <message>
        <source>failed</source>
        <translation>失败</translation>
    </message>
    <message>
        <source>not sorted</source>
        <translation>未整理</translation>
    </message>
</context>
<context>
    <name>RunsDialog</name>
    <message>
        <source>Sorting runs</source>
        <translation>整理记录</translation>
    </message>
    <message>
        <source>Nothing has been sorted yet.</source>
        <translation>还没有整理过。</translation>
    </message>
    <message>
        <source>Undo this run</source>
        <translation>撤销此次整理</translation>
    </message>
    <message>
        <source>Single files…</source>
        <translation>单个文件…</translation>
    </message>
    <message>
        <source>Take back the selected files</source>
        <translation>还原所选文件</translation>
    </message>
    <message>
        <source>All runs</source>
        <translation>所有记录</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
    <message>
        <source>When</source>
        <translation>时间</translation>
    </message>
    <message>
        <source>What</source>
        <translation>方式</translation>
    </message>
    <message>
        <source>Files</source>
        <translation>文件数</translation>
    </message>
    <message>
        <source>From</source>
        <translation>源位置</translation>
    </message>
    <message>
        <source>To</source>
        <translation>目标位置</translation>
    </message>
    <message>
        <source>State</source>
        <translation>状态</translation>
    </message>
    <message>
        <source>Taking it back…</source>
        <translation>正在撤销…</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>复制</translation>
    </message>
    <message>
        <source>Move</source>
        <translation>移动</translation>
    </message>
    <message>
        <source>Hard link</source>
        <translation>硬链接</translation>
    </message>
    <message>
        <source>Symbolic link</source>
        <translation>符号链接</translation>
    </message>
    <message>
        <source>Clone</source>
        <translation>克隆</translation>
    </message>
    <message>
        <source>at work</source>
        <translation>进行中</translation>
    </message>
    <message>
        <source>done</source>
        <translation>已完成</translation>
    </message>
    <message>
        <source>interrupted</source>
        <translation>已中断</translation>
    </message>
    <message>
        <source>taken back</source>
        <translation>已撤销</translation>
    </message>
    <message>
        <source>partly taken back</source>
        <translation>已部分撤销</translation>
    </message>
    <message>
        <source>nothing was done</source>
        <translation>未执行</translation>
    </message>
    <message numerus="yes">
        <source>%Ln failed</source>
        <comment>files</comment>
        <translation>
            <numerusform>%Ln 个失败</numerusform>
        </translation>
    </message>
    <message>
        <source>{state}, {failed}</source>
        <translation>{state}，{failed}</translation>
    </message>
</context>
<context>
    <name>SecondLook</name>
    <message>
        <source>you called none of these</source>
        <translation>您曾判为“以上都不是”</translation>
    </message>
</context>
<context>
    <name>SecondLookBar</name>
    <message numerus="yes">
        <source>%Ln picture(s) that you called none of these look like {name}.</source>
        <translation>
            <numerusform>您判为“以上都不是”的图片中，有 %Ln 张看起来像“{name}”。</numerusform>
        </translation>
    </message>
    <message>
        <source>Show</source>
        <translation>显示</translation>
    </message>
    <message>
        <source>Show the pictures you called none of these</source>
        <translation>显示您判为“以上都不是”的图片</translation>
    </message>
    <message>
        <source>Hide this</source>
        <translation>隐藏</translation>
    </message>
</context>
<context>
    <name>Seeing</name>
    <message>
        <source>Large &amp;picture</source>
        <translation>大图(&amp;P)</translation>
    </message>
    <message>
        <source>&amp;Heat map</source>
        <translation>热力图(&amp;H)</translation>
    </message>
    <message>
        <source>&amp;Group</source>
        <translation>分组(&amp;G)</translation>
    </message>
    <message>
        <source>S&amp;ort</source>
        <translation>排序(&amp;O)</translation>
    </message>
    <message>
        <source>&amp;Fold the group</source>
        <translation>折叠此组(&amp;F)</translation>
    </message>
    <message>
        <source>&amp;Unfold all groups</source>
        <translation>展开所有组(&amp;U)</translation>
    </message>
</context>
<context>
    <name>SettingsDialog</name>
    <message>
        <source>Graphics card</source>
        <translation>显卡</translation>
    </message>
    <message>
        <source>As the system</source>
        <translation>跟随系统</translation>
    </message>
    <message>
        <source>Language</source>
        <translation>语言</translation>
    </message>
    <message>
        <source>Of the window, with its numbers and dates.</source>
        <translation>窗口的语言，以及数字和日期的格式。</translation>
    </message>
    <message>
        <source>Light</source>
        <translation>浅色</translation>
    </message>
    <message>
        <source>Dark</source>
        <translation>深色</translation>
    </message>
    <message>
        <source>Colours</source>
        <translation>外观</translation>
    </message>
    <message>
        <source>As the system: they change when the desktop&apos;s change.</source>
        <translation>跟随系统：随桌面外观自动切换。</translation>
    </message>
    <message>
        <source>Automatic</source>
        <translation>自动</translation>
    </message>
    <message>
        <source>Processor</source>
        <translation>处理器</translation>
    </message>
    <message>
        <source>Compute on</source>
        <translation>运算设备</translation>
    </message>
    <message>
        <source>Automatic takes a graphics card that passes its self-test, else the processor.</source>
        <translation>自动：使用通过自检的显卡，否则使用处理器。</translation>
    </message>
    <message>
        <source>The folder helps</source>
        <translation>利用整个文件夹</translation>
    </message>
    <message>
        <source>Pictures that look alike lend each other their answers. Good where each class is a pile.</source>
        <translation>相似的图片相互参考判断结果。适合每个类别都有许多图片的情况。</translation>
    </message>
    <message>
        <source>Follow the folder</source>
        <translation>跟踪文件夹</translation>
    </message>
    <message>
        <source>New pictures are classified as they arrive, deleted ones are set aside.</source>
        <translation>新图片出现后自动分类，已删除的图片不再显示。</translation>
    </message>
    <message>
        <source>Go on by itself</source>
        <translation>自动前进</translation>
    </message>
    <message>
        <source>After a key has judged a picture, the next one is chosen.</source>
        <translation>用按键判断一张图片后，自动选择下一张。</translation>
    </message>
    <message>
        <source>Thumbnails on disk</source>
        <translation>缩略图缓存</translation>
    </message>
    <message>
        <source>At most so much; those looked at longest ago go first.</source>
        <translation>磁盘上的上限；最久未查看的缩略图会先被清除。</translation>
    </message>
    <message>
        <source>Clear caches</source>
        <translation>清除缓存</translation>
    </message>
    <message>
        <source>Caches</source>
        <translation>缓存</translation>
    </message>
    <message>
        <source>Settings</source>
        <translation>设置</translation>
    </message>
    <message>
        <source>General</source>
        <translation>常规</translation>
    </message>
    <message>
        <source>Keys</source>
        <translation>快捷键</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
    <message>
        <source>Thumbnails and what was read of pictures; made anew when needed.</source>
        <translation>缩略图和已读取的图片信息；需要时会重新生成。</translation>
    </message>
    <message>
        <source>Now {size}.</source>
        <translation>当前 {size}。</translation>
    </message>
</context>
<context>
    <name>ShownSet</name>
    <message numerus="yes">
        <source>%Ln picture(s): {title}</source>
        <translation>
            <numerusform>%Ln 张图片：{title}</numerusform>
        </translation>
    </message>
    <message>
        <source>Only these pictures are shown. Click to show what the filters say again.</source>
        <translation>目前只显示这些图片。单击可恢复按筛选条件显示。</translation>
    </message>
</context>
<context>
    <name>SortChoices</name>
    <message>
        <source>Folder to sort into</source>
        <translation>目标文件夹</translation>
    </message>
    <message>
        <source>Browse…</source>
        <translation>浏览…</translation>
    </message>
    <message>
        <source>Choose the folder to sort into</source>
        <translation>选择目标文件夹</translation>
    </message>
    <message>
        <source>Sort into</source>
        <translation>整理到</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>复制</translation>
    </message>
    <message>
        <source>Your folder stays as it is; copies go into the class folders.</source>
        <translation>原文件夹保持不变，副本放入各类别文件夹。</translation>
    </message>
    <message>
        <source>Move</source>
        <translation>移动</translation>
    </message>
    <message>
        <source>The pictures leave your folder. You can take it back any time.</source>
        <translation>图片将移出原文件夹，可随时撤销。</translation>
    </message>
    <message>
        <source>Hard link</source>
        <translation>硬链接</translation>
    </message>
    <message>
        <source>The same files under a second name, without using more space. Only on the same disk.</source>
        <translation>同一文件的另一个名称，不占用额外空间。仅限同一磁盘。</translation>
    </message>
    <message>
        <source>Symbolic link</source>
        <translation>符号链接</translation>
    </message>
    <message>
        <source>Small links that point to the pictures where they are now.</source>
        <translation>指向图片当前位置的小型链接。</translation>
    </message>
    <message>
        <source>Clone</source>
        <translation>克隆</translation>
    </message>
    <message>
        <source>Copies that take no space until either is changed. Only on the same disk, and where it can.</source>
        <translation>副本在任一方被更改前不占用空间。仅限同一磁盘，且磁盘须支持。</translation>
    </message>
    <message>
        <source>How</source>
        <translation>方式</translation>
    </message>
    <message>
        <source>At least this sure</source>
        <translation>把握不低于</translation>
    </message>
    <message>
        <source>What is filed</source>
        <translation>归类范围</translation>
    </message>
    <message>
        <source>Least confidence in per cent</source>
        <translation>最低把握（百分比）</translation>
    </message>
    <message>
        <source>Which</source>
        <translation>范围</translation>
    </message>
    <message>
        <source>What you have said yourself is always sorted.</source>
        <translation>您亲自指定类别的图片总会整理。</translation>
    </message>
    <message>
        <source>More options</source>
        <translation>更多选项</translation>
    </message>
    <message>
        <source>As they are; or for example {example}</source>
        <translation>保持原名；或例如 {example}</translation>
    </message>
    <message>
        <source>Template for new names</source>
        <translation>新文件名的格式</translation>
    </message>
    <message>
        <source>May contain {fields}.</source>
        <translation>可包含 {fields}。</translation>
    </message>
    <message>
        <source>Keep sub-folders, below the class folder</source>
        <translation>在类别文件夹中保留子文件夹结构</translation>
    </message>
    <message>
        <source>Unsure pictures into</source>
        <translation>没有把握的图片放入</translation>
    </message>
    <message>
        <source>Unsure</source>
        <translation>没有把握</translation>
    </message>
    <message>
        <source>Folder for unsure pictures</source>
        <translation>没有把握的图片的文件夹</translation>
    </message>
    <message>
        <source>None of these into</source>
        <translation>“以上都不是”放入</translation>
    </message>
    <message>
        <source>None of these</source>
        <translation>以上都不是</translation>
    </message>
    <message>
        <source>Folder for pictures that are none of these</source>
        <translation>“以上都不是”的图片的文件夹</translation>
    </message>
    <message>
        <source>Names</source>
        <translation>文件名</translation>
    </message>
    <message>
        <source>Folders</source>
        <translation>文件夹</translation>
    </message>
    <message>
        <source>The rest</source>
        <translation>其余图片</translation>
    </message>
</context>
<context>
    <name>SortDialog</name>
    <message>
        <source>Undo this run</source>
        <translation>撤销此次整理</translation>
    </message>
    <message>
        <source>Open folder</source>
        <translation>打开文件夹</translation>
    </message>
    <message>
        <source>Sort into folders</source>
        <translation>整理到文件夹</translation>
    </message>
    <message>
        <source>Choose a folder to sort into, with its whole path.</source>
        <translation>请选择目标文件夹（完整路径）。</translation>
    </message>
    <message numerus="yes">
        <source>Copy %Ln file(s)</source>
        <translation>
            <numerusform>复制 %Ln 个文件</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Move %Ln file(s)</source>
        <translation>
            <numerusform>移动 %Ln 个文件</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Link %Ln file(s)</source>
        <translation>
            <numerusform>链接 %Ln 个文件</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Clone %Ln file(s)</source>
        <translation>
            <numerusform>克隆 %Ln 个文件</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Sort %Ln file(s)</source>
        <translation>
            <numerusform>整理 %Ln 个文件</numerusform>
        </translation>
    </message>
    <message>
        <source>Sort</source>
        <translation>整理</translation>
    </message>
    <message>
        <source>Sorting…</source>
        <translation>正在整理…</translation>
    </message>
    <message>
        <source>Taking it back…</source>
        <translation>正在撤销…</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
</context>
<context>
    <name>SortingFlow</name>
    <message>
        <source>{folder} sorted</source>
        <translation>{folder} 已整理</translation>
    </message>
    <message>
        <source>“Sorting runs” in the menu “File” takes the sorting back whenever you like.</source>
        <translation>随时可以通过“文件”菜单中的“整理记录”撤销此次整理。</translation>
    </message>
</context>
<context>
    <name>SplitDialog</name>
    <message>
        <source>Looking for look-alikes…</source>
        <translation>正在查找相似图片…</translation>
    </message>
    <message>
        <source>Each group needs a picture: drag some there, or press Ctrl and an arrow.</source>
        <translation>每组都需要图片：请拖放几张，或按 Ctrl 和方向键移动。</translation>
    </message>
    <message>
        <source>Each group needs a name.</source>
        <translation>每组都需要名称。</translation>
    </message>
    <message>
        <source>Two classes can&apos;t have the same name.</source>
        <translation>两个类别不能同名。</translation>
    </message>
    <message>
        <source>Split {name}</source>
        <translation>拆分“{name}”</translation>
    </message>
    <message>
        <source>Pictures that look alike stand together. Drag those that are in the wrong group.</source>
        <translation>相似的图片已归在一起。分错组的图片可拖到正确的组。</translation>
    </message>
    <message>
        <source>They all look much alike. Drag those that belong elsewhere into another group.</source>
        <translation>这些图片都很相似。请将应归入他处的图片拖到另一组。</translation>
    </message>
    <message>
        <source>Groups:</source>
        <translation>组数：</translation>
    </message>
    <message numerus="yes">
        <source>%Ln groups</source>
        <translation>
            <numerusform>%Ln 组</numerusform>
        </translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Split</source>
        <translation>拆分</translation>
    </message>
    <message>
        <source>Name of group {number}</source>
        <translation>第 {number} 组的名称</translation>
    </message>
    <message>
        <source>Pictures of group {number}. Ctrl and an arrow moves them to the next group.</source>
        <translation>第 {number} 组的图片。按 Ctrl 和方向键可移到相邻的组。</translation>
    </message>
</context>
<context>
    <name>StatusStrip</name>
    <message>
        <source>The program computes on: {device}</source>
        <translation>运算设备：{device}</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Cancel what is going on</source>
        <translation>取消当前操作</translation>
    </message>
    <message>
        <source>Watching</source>
        <translation>正在跟踪</translation>
    </message>
    <message>
        <source>New pictures in the folder are classified as they arrive</source>
        <translation>文件夹中出现新图片时自动分类</translation>
    </message>
    <message>
        <source>Progress</source>
        <translation>进度</translation>
    </message>
    <message>
        <source>Dismiss this warning</source>
        <translation>关闭此警告</translation>
    </message>
    <message>
        <source>{speed} pictures/s</source>
        <translation>{speed} 张/秒</translation>
    </message>
    <message>
        <source>{number} s left</source>
        <translation>剩余 {number} 秒</translation>
    </message>
    <message>
        <source>{number} min left</source>
        <translation>剩余 {number} 分钟</translation>
    </message>
    <message>
        <source>{number} h left</source>
        <translation>剩余 {number} 小时</translation>
    </message>
</context>
<context>
    <name>Symptoms</name>
    <message numerus="yes">
        <source>%Ln examples of {name} are nearly the same picture: one of them is enough.</source>
        <translation>
            <numerusform>“{name}”有 %Ln 个示例几乎是同一张图片，保留一张即可。</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Teaching</name>
    <message>
        <source>{name} was split into {count} classes.</source>
        <translation>“{name}”已拆分为 {count} 个类别。</translation>
    </message>
    <message numerus="yes">
        <source>%Ln example(s) taken back.</source>
        <translation>
            <numerusform>已取消 %Ln 个示例。</numerusform>
        </translation>
    </message>
    <message>
        <source>Examples of {name}</source>
        <translation>“{name}”的示例</translation>
    </message>
    <message>
        <source>There is no answer to reject.</source>
        <translation>没有可否定的判断。</translation>
    </message>
    <message>
        <source>Not the answer</source>
        <translation>判断不对</translation>
    </message>
    <message>
        <source>Not {name}</source>
        <translation>不是“{name}”</translation>
    </message>
</context>
<context>
    <name>Tile</name>
    <message>
        <source>Not classified yet</source>
        <translation>尚未分类</translation>
    </message>
    <message>
        <source>Can&apos;t be read</source>
        <translation>无法读取</translation>
    </message>
    <message>
        <source>None of these</source>
        <translation>以上都不是</translation>
    </message>
    <message>
        <source>before: {name}</source>
        <translation>原为“{name}”</translation>
    </message>
    <message>
        <source>you said so</source>
        <translation>由您指定</translation>
    </message>
    <message>
        <source>needs review</source>
        <translation>待确认</translation>
    </message>
</context>
<context>
    <name>Undoing</name>
    <message>
        <source>sorting…</source>
        <translation>整理…</translation>
    </message>
    <message>
        <source>The sorting is taken back under “Sorting runs”.</source>
        <translation>此次整理可在“整理记录”中撤销。</translation>
    </message>
    <message>
        <source>The sorting is taken back under “Sorting runs”; the next undo takes back: {operation}.</source>
        <translation>此次整理可在“整理记录”中撤销；再次撤销将取消：{operation}。</translation>
    </message>
    <message>
        <source>Sorting runs…</source>
        <translation>整理记录…</translation>
    </message>
</context>
<context>
    <name>View</name>
    <message>
        <source>Not grouped</source>
        <translation>不分组</translation>
    </message>
    <message>
        <source>By class</source>
        <translation>按类别</translation>
    </message>
    <message>
        <source>By look-alikes</source>
        <translation>按相似程度</translation>
    </message>
    <message>
        <source>As usual</source>
        <translation>默认顺序</translation>
    </message>
    <message>
        <source>Doubtful first</source>
        <translation>把握小的在前</translation>
    </message>
    <message>
        <source>By name</source>
        <translation>按名称</translation>
    </message>
    <message>
        <source>By date of the file</source>
        <translation>按文件日期</translation>
    </message>
    <message>
        <source>As in the folder</source>
        <translation>按文件夹中的顺序</translation>
    </message>
</context>
<context>
    <name>_Column</name>
    <message numerus="yes">
        <source>%Ln example(s)</source>
        <translation>
            <numerusform>%Ln 个示例</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>_Finished</name>
    <message>
        <source>Nothing is left to review</source>
        <translation>没有待确认的图片了</translation>
    </message>
    <message>
        <source>The program is sure of all other answers. Next: sort the pictures into folders.</source>
        <translation>程序对其余判断都有把握。下一步：将图片整理到文件夹。</translation>
    </message>
    <message numerus="yes">
        <source>%Ln picture(s) like no class wait under “None of these”.</source>
        <translation>
            <numerusform>有 %Ln 张图片与任何类别都不相似，列在“以上都不是”中。</numerusform>
        </translation>
    </message>
    <message>
        <source>Sort…</source>
        <translation>整理…</translation>
    </message>
    <message>
        <source>Sort into folders</source>
        <translation>整理到文件夹</translation>
    </message>
    <message>
        <source>Show all pictures</source>
        <translation>显示所有图片</translation>
    </message>
</context>
<context>
    <name>_NoMatch</name>
    <message>
        <source>No picture matches</source>
        <translation>没有符合条件的图片</translation>
    </message>
    <message>
        <source>Choose another filter or clear the search.</source>
        <translation>请更换筛选条件或清除搜索。</translation>
    </message>
    <message>
        <source>Show all pictures</source>
        <translation>显示所有图片</translation>
    </message>
</context>
<context>
    <name>_Warnings</name>
    <message numerus="yes">
        <source>%Ln more</source>
        <translation>
            <numerusform>还有 %Ln 条</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>_Welcome</name>
    <message>
        <source>There are no pictures in “{folder}”</source>
        <translation>“{folder}”中没有图片</translation>
    </message>
    <message>
        <source>Pictures end in .jpg, .png, .webp, .gif, .bmp, .tif or .avif. Drop another folder here.</source>
        <translation>图片的扩展名为 .jpg、.png、.webp、.gif、.bmp、.tif 或 .avif。请将其他文件夹拖放到此处。</translation>
    </message>
    <message>
        <source>Drop a folder of pictures here</source>
        <translation>将图片文件夹拖放到此处</translation>
    </message>
    <message>
        <source>Show a few examples of each class, and the program finds all the others.</source>
        <translation>为每个类别给出几个示例，程序就能找出其余图片。</translation>
    </message>
    <message>
        <source>Your pictures stay on this computer, and nothing is moved until you say so.</source>
        <translation>图片始终留在本机；未经您确认，不会移动任何文件。</translation>
    </message>
    <message>
        <source>Open folder…</source>
        <translation>打开文件夹…</translation>
    </message>
    <message>
        <source>Open a folder of pictures</source>
        <translation>打开图片文件夹</translation>
    </message>
    <message>
        <source>Try it on sample pictures</source>
        <translation>用示例图片试一试</translation>
    </message>
    <message>
        <source>Drop a few examples of each class on the left.</source>
        <translation>向左侧各类别拖放几个示例。</translation>
    </message>
    <message>
        <source>Drop the folder with all your pictures here.</source>
        <translation>将图片文件夹拖放到此处。</translation>
    </message>
    <message>
        <source>Correct what is wrong, then sort.</source>
        <translation>更正错误，然后整理。</translation>
    </message>
</context>
<context>
    <name>drops</name>
    <message>
        <source>The picture can&apos;t be read. {reason}</source>
        <translation>无法读取图片。{reason}</translation>
    </message>
    <message>
        <source>“{name}” is not there any more: it was moved, renamed or deleted.</source>
        <translation>“{name}”已不存在：可能已被移动、重命名或删除。</translation>
    </message>
    <message>
        <source>This program works offline and never loads from the web. Save the picture first, then drop the file.</source>
        <translation>本程序离线运行，不会从网上下载。请先保存图片，再拖放文件。</translation>
    </message>
    <message>
        <source>There is no picture in this. Drop picture files, folders or a picture itself.</source>
        <translation>其中没有图片。请拖放图片文件、文件夹或图片本身。</translation>
    </message>
    <message>
        <source>Its data are damaged.</source>
        <translation>其数据已损坏。</translation>
    </message>
    <message>
        <source>It is larger than {size} MB. Save it as a file first, then drop the file.</source>
        <translation>图片超过 {size} MB。请先保存为文件，再拖放该文件。</translation>
    </message>
</context>
<context>
    <name>keys</name>
    <message>
        <source>{key} moves through the window and texts: it stays as it is.</source>
        <translation>{key} 用于在窗口和文字中移动，不能更改。</translation>
    </message>
    <message>
        <source>{key} is the key of “{title}”. Give that another key first.</source>
        <translation>{key} 已用于“{title}”。请先为其指定其他按键。</translation>
    </message>
    <message>
        <source>Pictures</source>
        <translation>图片</translation>
    </message>
    <message>
        <source>To class {number}</source>
        <translation>归入第 {number} 个类别</translation>
    </message>
    <message>
        <source>Accept the answer</source>
        <translation>接受判断</translation>
    </message>
    <message>
        <source>Not this class</source>
        <translation>不是此类别</translation>
    </message>
    <message>
        <source>None of these</source>
        <translation>以上都不是</translation>
    </message>
    <message>
        <source>New class of these</source>
        <translation>新建类别并归入</translation>
    </message>
    <message>
        <source>Take my label back</source>
        <translation>取消我的标注</translation>
    </message>
    <message>
        <source>Undo the latest</source>
        <translation>撤销上一步</translation>
    </message>
    <message>
        <source>Map</source>
        <translation>分布图</translation>
    </message>
    <message>
        <source>Select neighbours too</source>
        <translation>同时选择相邻的点</translation>
    </message>
</context>
</TS>
